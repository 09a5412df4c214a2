#include "http/response_head.h"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace stator::http {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 408:
      return "Request Timeout";
    case 413:
      return "Payload Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

void append_field(std::string& out, std::string_view name_colon, std::string_view value) {
  out += name_colon;
  out += value;
  out += "\r\n";
}

}  // namespace

std::string_view DateText::at(WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  if (seconds.time_since_epoch().count() == second_) return text_;
  second_ = seconds.time_since_epoch().count();
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss time(seconds - days);
  text_ =
      fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(days).c_encoding()],
                  static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                  static_cast<int>(date.year()), time.hours().count(), time.minutes().count(), time.seconds().count());
  return text_;
}

void append_response_head(std::string& out, const Response& response, const ResponseHead& head) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out += ' ';
  append_field(out, reason_of(response.status), {});
  append_field(out, "Server: Server\r\nDate: ", head.date);
  if (!response.content_type.empty()) append_field(out, "Content-Type: ", response.content_type);
  if (head.coding != Coding::kIdentity) append_field(out, "Content-Encoding: ", coding_name(head.coding));
  out += "Content-Length: ";
  append_number(out, head.content_length);
  append_field(out, "\r\nConnection: ", head.keep_alive ? "keep-alive" : "close");
  if (!head.request_id.empty()) append_field(out, "x-amzn-RequestId: ", head.request_id);
  out += "x-amz-crc32: ";
  append_number(out, head.crc32);
  out += "\r\n";
  for (const auto& [name, value] : response.headers) {
    out += name;
    append_field(out, ": ", value);
  }
  out += "\r\n";
}

}  // namespace stator::http
