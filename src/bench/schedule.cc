#include "bench/schedule.h"

#include <algorithm>

namespace stator::bench {
namespace {

constexpr std::uint64_t kNanos = 1'000'000'000;

}  // namespace

// From the number and not from the one before, so that nothing adds up; in parts, so that nothing overflows.
MonotonicTime Schedule::next() const {
  const std::uint64_t nanos = taken_ / rate_ * kNanos + taken_ % rate_ * kNanos / rate_;
  return start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(nanos)};
}

std::uint64_t Schedule::untaken(MonotonicTime time) const {
  if (time <= start_) return 0;
  const auto nanos = static_cast<std::uint64_t>(std::chrono::nanoseconds{time - start_}.count());
  const std::uint64_t due = nanos / kNanos * rate_ + (nanos % kNanos * rate_ + kNanos - 1) / kNanos;
  return due - std::min(due, taken_);
}

}  // namespace stator::bench
