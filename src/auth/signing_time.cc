#include "auth/signing_time.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace stator::auth {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Of what are digits.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = 10 * value + (c - '0');
  return value;
}

// True if `text` has the form: a digit for each d, and all else as it is.
bool matches(std::string_view text, std::string_view form) {
  return std::ranges::equal(text, form,
                            [](char c, char of_form) { return of_form == 'd' ? is_digit(c) : c == of_form; });
}

struct Fields {
  int year;
  int month;  // from 1
  int day;
  std::string_view hour;
  std::string_view minute;
  std::string_view second;
};

std::optional<std::chrono::sys_seconds> time_of(const Fields& fields) {
  const std::chrono::year_month_day date{std::chrono::year(fields.year),
                                         std::chrono::month(static_cast<unsigned>(fields.month)),
                                         std::chrono::day(static_cast<unsigned>(fields.day))};
  const int hour = number(fields.hour);
  const int minute = number(fields.minute);
  const int second = number(fields.second);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

bool is_basic_date(std::string_view text) { return matches(text, "ddddddddTddddddZ"); }

std::optional<std::chrono::sys_seconds> parse_signing_time(std::string_view text) {
  if (is_basic_date(text)) {
    return time_of({.year = number(text.substr(0, 4)),
                    .month = number(text.substr(4, 2)),
                    .day = number(text.substr(6, 2)),
                    .hour = text.substr(9, 2),
                    .minute = text.substr(11, 2),
                    .second = text.substr(13, 2)});
  }
  constexpr std::size_t kWeekdayBytes = 5;  // "Thu, "
  if (text.size() <= kWeekdayBytes) return std::nullopt;
  text.remove_prefix(kWeekdayBytes);
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (!matches(text, fmt::format("dd {} dddd dd:dd:dd GMT", kMonths[i]))) continue;
    return time_of({.year = number(text.substr(7, 4)),
                    .month = static_cast<int>(i) + 1,
                    .day = number(text.substr(0, 2)),
                    .hour = text.substr(12, 2),
                    .minute = text.substr(15, 2),
                    .second = text.substr(18, 2)});
  }
  return std::nullopt;
}

std::string basic_date(std::chrono::sys_seconds time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace stator::auth
