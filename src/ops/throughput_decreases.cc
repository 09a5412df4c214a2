#include "ops/throughput_decreases.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "ops/describe_table.h"

namespace stator::ops {
namespace {

constexpr std::int64_t kFreeDecreases = 4;
constexpr std::chrono::hours kBetweenDecreases{1};

// "Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time".
std::string long_time(WallTime time) {
  constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
  constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto hour = clock.hours().count();
  return fmt::format("{}, {} {}, {} at {}:{:02}:{:02} {} Coordinated Universal Time",
                     kDays[std::chrono::weekday(day).c_encoding()], kMonths[unsigned{date.month()} - 1],
                     unsigned{date.day()}, int{date.year()}, hour % 12 == 0 ? 12 : hour % 12, clock.minutes().count(),
                     clock.seconds().count(), hour < 12 ? "AM" : "PM");
}

}  // namespace

Result<void> count_decrease(model::ThroughputChanges& changes, WallTime now) {
  const std::int64_t count = decreases_today(changes, now);
  if (count >= kFreeDecreases && now < *changes.last_decrease + kBetweenDecreases) {
    const WallTime midnight = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("Subscriber limit exceeded: Provisioned throughput decreases are limited within a given "
                            "UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be "
                            "performed at most once every 3600 seconds. Number of decreases today: {}. Last decrease "
                            "at {}. Next decrease can be made at {}",
                            count, long_time(*changes.last_decrease),
                            long_time(std::min(*changes.last_decrease + kBetweenDecreases, midnight))));
  }
  changes.decreases_today = count + 1;
  changes.last_decrease = now;
  return {};
}

}  // namespace stator::ops
