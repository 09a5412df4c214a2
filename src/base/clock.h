// Time is injected: nothing outside this header reads a clock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace stator {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using MonotonicTime = std::chrono::steady_clock::time_point;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime now() const = 0;
  // For durations: never set back.
  [[nodiscard]] virtual MonotonicTime monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] MonotonicTime monotonic() const override { return std::chrono::steady_clock::now(); }
};

// Stands still until a test moves it. Not thread-safe while it is being moved.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override { return wall_; }
  [[nodiscard]] MonotonicTime monotonic() const override { return monotonic_; }
  void advance(std::chrono::microseconds by) {
    wall_ += by;
    monotonic_ += by;
  }

 private:
  WallTime wall_{std::chrono::seconds{1'700'000'000}};
  MonotonicTime monotonic_{};
};

// Another clock's time, moved on: for those who test what happens after hours or days. Thread-safe.
class MovableClock final : public Clock {
 public:
  explicit MovableClock(const Clock& clock) : clock_(clock) {}
  [[nodiscard]] WallTime now() const override { return clock_.now() + moved(); }
  [[nodiscard]] MonotonicTime monotonic() const override { return clock_.monotonic() + moved(); }
  // By what is not negative, and no further than 200 years in all, which is as far as monotonic times go; false, and
  // not at all, otherwise.
  [[nodiscard]] bool advance(std::chrono::microseconds by) {
    constexpr std::chrono::microseconds kMost = std::chrono::years(200);
    std::int64_t moved = moved_.load(std::memory_order_relaxed);
    do {
      if (by.count() < 0 || by > kMost - std::chrono::microseconds(moved)) return false;
    } while (!moved_.compare_exchange_weak(moved, moved + by.count(), std::memory_order_relaxed));
    return true;
  }

 private:
  [[nodiscard]] std::chrono::microseconds moved() const {
    return std::chrono::microseconds(moved_.load(std::memory_order_relaxed));
  }
  const Clock& clock_;
  std::atomic<std::int64_t> moved_ = 0;
};

}  // namespace stator
