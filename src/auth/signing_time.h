// The time that a signature was made at, as the request tells it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace stator::auth {

// "20260101T000000Z": ISO 8601's basic format, in form alone.
[[nodiscard]] bool is_basic_date(std::string_view text);

// Of that form, or of that of a Date header: "Thu, 01 Jan 2026 00:00:00 GMT". No value if it is no time.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_signing_time(std::string_view text);

// In ISO 8601's basic format.
[[nodiscard]] std::string basic_date(std::chrono::sys_seconds time);

}  // namespace stator::auth
