// Keeps connections busy with a workload and measures what they complete.
#pragma once

#include <cstdint>
#include <vector>

#include "workload.h"

namespace stator::bench {

struct Measured {
  std::vector<double> micros;  // of each completed operation, from its first attempt to its last answer
  std::uint64_t refused = 0;   // attempts
  std::uint64_t conflicts = 0;
  std::uint64_t errors = 0;
  double seconds = 0;
};

// Starts operations for so many seconds, or until the workload has no more, and completes them.
[[nodiscard]] Measured measure(std::uint16_t port, unsigned connections, double seconds, Workload& workload);

}  // namespace stator::bench
