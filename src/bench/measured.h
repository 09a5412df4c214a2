// What a run has measured, and how failures are told apart.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/answer.h"
#include "bench/histogram.h"

namespace stator::bench {

// Kinds of failures that are no answers' own.
inline constexpr std::string_view kUnprocessed = "UnprocessedItems";  // or UnprocessedKeys, in a good answer
inline constexpr std::string_view kClosed = "connection closed";
inline constexpr std::string_view kTimedOut = "no answer in time";
inline constexpr std::string_view kNeverSent = "due but never sent";  // for want of a free connection
inline constexpr std::string_view kNoSuchItem = "item not found";

// Of an answer that is not good: its error's name, "ProvisionedThroughputExceededException", else "HTTP 500".
[[nodiscard]] std::string failure_kind(const Answer& answer);
// The server has refused it for being too much, and might take it later.
[[nodiscard]] bool is_throttle(std::string_view kind);
// A batch of which the server has left out some.
[[nodiscard]] bool leaves_some_undone(std::string_view body);

struct Failure {
  std::uint64_t count = 0;
  std::string sample;  // the first such answer, its beginning
};

struct Measured {
  struct Operation {
    std::string name;
    Histogram latency;  // of each that was completed, from its first attempt, or from when it was due
  };

  std::vector<Operation> operations;
  std::map<std::string, Failure, std::less<>> failures;  // of operations, by kind
  std::uint64_t refused = 0;                             // attempts, by a condition
  std::uint64_t conflicts = 0;                           // attempts
  double seconds = 0;
  std::chrono::nanoseconds pause{0};  // the longest in which the generator itself did not run, but for short ones
  std::string broken;                 // why it has ended early; empty if it has not

  [[nodiscard]] Histogram all() const;
  [[nodiscard]] std::uint64_t completed() const;
  [[nodiscard]] std::uint64_t throttled() const;  // operations
  [[nodiscard]] std::uint64_t errors() const;     // all other failures
  void add_failure(std::string_view kind, std::string_view answer, std::uint64_t count = 1);
};

}  // namespace stator::bench
