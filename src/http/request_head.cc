#include "http/request_head.h"

#include <array>
#include <cstring>

#include "http/text.h"

namespace stator::http {
namespace {

enum CharacterClass : std::uint8_t { kToken = 1, kValue = 2, kTarget = 4 };

constexpr std::array<std::uint8_t, 256> make_character_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    std::uint8_t bits = 0;
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) bits |= kValue;
    if (c > 0x20 && c < 0x7f) bits |= kTarget;
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || (c != 0 && std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c)))) bits |= kToken;
    classes[c] = bits;
  }
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_character_classes();

bool all_of(std::string_view text, CharacterClass wanted) {
  std::uint8_t bits = wanted;
  for (const char c : text) bits &= kClasses[static_cast<std::uint8_t>(c)];
  return bits != 0;
}

// Takes the next line, without its CRLF. False if a carriage return stands anywhere else than at its end.
bool take_line(std::string_view& rest, std::string_view& line) {
  const auto* feed = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
  if (feed == nullptr || feed == rest.data() || feed[-1] != '\r') return false;
  const auto length = static_cast<std::size_t>(feed - rest.data());
  line = rest.substr(0, length - 1);
  rest.remove_prefix(length + 1);
  return true;
}

bool is_target(std::string_view target) {
  if (target.empty() || !all_of(target, kTarget)) return false;
  return target.front() == '/' || target == "*" || target.starts_with("http://") || target.starts_with("https://");
}

bool parse_request_line(std::string_view line, Request& request, Framing& framing) {
  const std::size_t first = line.find(' ');
  if (first == 0 || first == std::string_view::npos) return false;
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return false;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  framing.keep_alive = version == "HTTP/1.1";
  return (framing.keep_alive || version == "HTTP/1.0") && all_of(request.method, kToken) && is_target(request.target);
}

bool parse_length(std::string_view text, std::optional<std::uint64_t>& length) {
  // 18 digits are far above every limit and cannot overflow.
  if (text.empty() || text.size() > 18 || length.has_value()) return false;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  length = value;
  return true;
}

// What is being found out while the fields are read one by one.
struct Fields {
  bool http11 = true;
  unsigned hosts = 0;
  bool close = false;
  bool keep_alive = false;
};

void note_connection(std::string_view value, Fields& fields) {
  while (!value.empty()) {
    const std::string_view option = take_part(value, ',');
    if (equals_ignoring_case(option, "close")) fields.close = true;
    if (equals_ignoring_case(option, "keep-alive")) fields.keep_alive = true;
  }
}

// The fields that concern framing; told apart by length first, since most fields are none of them.
bool note_field(const Header& field, Fields& fields, Framing& framing) {
  switch (field.name.size()) {
    case 4:
      if (equals_ignoring_case(field.name, "host")) ++fields.hosts;
      return true;
    case 6:
      if (!equals_ignoring_case(field.name, "expect") || !fields.http11) return true;
      framing.expects_continue = true;
      return equals_ignoring_case(field.value, "100-continue");
    case 10:
      if (equals_ignoring_case(field.name, "connection")) note_connection(field.value, fields);
      return true;
    case 14:
      return !equals_ignoring_case(field.name, "content-length") || parse_length(field.value, framing.content_length);
    case 15:
      if (equals_ignoring_case(field.name, "accept-encoding")) framing.accept_encoding = field.value;
      return true;
    case 16:
      if (equals_ignoring_case(field.name, "content-encoding")) framing.content_encoding = field.value;
      return true;
    case 17:
      if (!equals_ignoring_case(field.name, "transfer-encoding")) return true;
      if (framing.chunked || !fields.http11 || !equals_ignoring_case(field.value, "chunked")) return false;
      framing.chunked = true;
      return true;
    default:
      return true;
  }
}

bool parse_field(std::string_view line, Header& field) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  field.name = line.substr(0, colon);
  field.value = trim(line.substr(colon + 1));
  return all_of(field.name, kToken) && all_of(field.value, kValue);
}

}  // namespace

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  while (scanned_ < bytes.size()) {
    const auto* feed = static_cast<const char*>(std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_));
    if (feed == nullptr) {
      scanned_ = bytes.size();
      break;
    }
    const auto at = static_cast<std::size_t>(feed - bytes.data());
    if (at == line_ || bytes[at - 1] != '\r') return State::kBad;
    const bool empty = at == line_ + 1;
    const bool first = line_ == begin_;
    line_ = scanned_ = at + 1;
    if (empty && !first) return State::kComplete;
    if (empty) begin_ = line_;
  }
  return State::kNeedMore;
}

bool parse_request_head(std::string_view head, Request& request, Framing& framing) {
  framing = {};
  request.headers.clear();
  std::string_view line;
  if (!take_line(head, line) || !parse_request_line(line, request, framing)) return false;
  Fields fields{.http11 = framing.keep_alive};
  for (;;) {
    if (!take_line(head, line)) return false;
    if (line.empty()) break;
    Header& field = request.headers.emplace_back();
    if (!parse_field(line, field) || !note_field(field, fields, framing)) return false;
  }
  framing.keep_alive = !fields.close && (fields.http11 || fields.keep_alive);
  const bool host_ok = fields.hosts == 1 || (fields.hosts == 0 && !fields.http11);
  return head.empty() && host_ok && !(framing.chunked && framing.content_length.has_value());
}

}  // namespace stator::http
