// Keeps connections busy with a workload and measures what they complete.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "bench/connection.h"
#include "bench/histogram.h"
#include "bench/measured.h"
#include "bench/workload.h"

namespace stator::bench {

// Of the time since the one before.
struct Progress {
  std::chrono::duration<double> elapsed{0};  // since the start
  std::chrono::duration<double> taken{0};
  Histogram latency;
  std::uint64_t failures = 0;
};

struct LoadOptions {
  unsigned connections = 1;
  std::chrono::nanoseconds warm_up{0};   // what begins, or is due, meanwhile is not measured
  std::chrono::nanoseconds duration{0};  // after which no operation begins
  std::chrono::milliseconds timeout{10'000};
  // Requests a second that are due, each from its own time on; 0: an operation begins when the one before is over. What
  // is due before the end is still sent for as long as the timeout, then counted as kNeverSent.
  std::uint64_t rate = 0;
  std::function<void(const Progress&)> progress = {};  // about each second; may be empty
};

// Starts operations until the time is over or the workload has no more, and completes them. kUnavailable if the server
// takes no connection at first; that it takes none later ends the run (Measured::broken).
[[nodiscard]] Result<Measured> measure(const Address& address, const LoadOptions& options, const Clock& clock,
                                       Workload& workload);

}  // namespace stator::bench
