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
  // By what is not negative.
  void advance(std::chrono::microseconds by) { moved_.fetch_add(by.count(), std::memory_order_relaxed); }

 private:
  [[nodiscard]] std::chrono::microseconds moved() const {
    return std::chrono::microseconds(moved_.load(std::memory_order_relaxed));
  }
  const Clock& clock_;
  std::atomic<std::int64_t> moved_ = 0;
};

}  // namespace stator
