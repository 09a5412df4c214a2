// What a target does with one event, on the thread that calls it.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>

#include "lambda/function.h"

namespace stator::lambda {

// Longest answer of a function, as Lambda has it.
inline constexpr std::size_t kMaxResponseBytes = std::size_t{6} * 1024 * 1024;

// Thread-safe.
class BlockingFunction {
 public:
  virtual ~BlockingFunction() = default;
  // A request to stop ends it at once, as kNotReached.
  [[nodiscard]] virtual InvocationOutcome call(const std::string& event, const std::stop_token& stop) = 0;
};

[[nodiscard]] inline InvocationOutcome succeeded(std::string response) {
  return {.status = InvocationStatus::kSucceeded, .response = std::move(response), .cause = {}};
}
[[nodiscard]] inline InvocationOutcome failed(std::string cause) {
  return {.status = InvocationStatus::kFailed, .response = {}, .cause = std::move(cause)};
}
[[nodiscard]] inline InvocationOutcome not_reached(std::string cause) {
  return {.status = InvocationStatus::kNotReached, .response = {}, .cause = std::move(cause)};
}
[[nodiscard]] InvocationOutcome stopped();
[[nodiscard]] InvocationOutcome timed_out(std::chrono::milliseconds timeout);

}  // namespace stator::lambda
