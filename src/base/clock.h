// Time is injected: nothing outside this header reads a clock.
#pragma once

#include <chrono>

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

}  // namespace stator
