// When the requests of an open loop are due: at a steady rate, whatever becomes of them.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace stator::bench {

class Schedule {
 public:
  // The first is due at `start`, and `rate` (above 0) in each second.
  Schedule(MonotonicTime start, std::uint64_t rate) : start_(start), rate_(rate) {}

  // When the next is due that has not been taken.
  [[nodiscard]] MonotonicTime next() const;
  void take() { ++taken_; }
  // How many before `time` have not been taken.
  [[nodiscard]] std::uint64_t untaken(MonotonicTime time) const;

 private:
  MonotonicTime start_;
  std::uint64_t rate_;
  std::uint64_t taken_ = 0;
};

}  // namespace stator::bench
