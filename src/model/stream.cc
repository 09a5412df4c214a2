#include "model/stream.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace stator::model {
namespace {

// Takes `digits` digits and then `after` off the front.
bool take_number(std::string_view& in, std::size_t digits, std::string_view after, unsigned& number) {
  if (in.size() < digits + after.size() || in.substr(digits, after.size()) != after) return false;
  const auto [end, error] = std::from_chars(in.data(), in.data() + digits, number);
  if (error != std::errc() || end != in.data() + digits) return false;
  in.remove_prefix(digits + after.size());
  return true;
}

}  // namespace

std::string stream_label(WallTime created) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(created);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::milliseconds>(created - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<WallTime> parse_stream_label(std::string_view label) {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned milli = 0;
  const bool is_read = take_number(label, 4, "-", year) && take_number(label, 2, "-", month) &&
                       take_number(label, 2, "T", day) && take_number(label, 2, ":", hour) &&
                       take_number(label, 2, ":", minute) && take_number(label, 2, ".", second) &&
                       take_number(label, 3, "", milli) && label.empty();
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!is_read || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(milli);
}

std::string stream_arn(std::string_view table_arn, WallTime created) {
  return fmt::format("{}/stream/{}", table_arn, stream_label(created));
}

}  // namespace stator::model
