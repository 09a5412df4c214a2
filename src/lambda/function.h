// Functions that triggers call: HTTP endpoints and local commands that the operator has declared.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace stator::lambda {

enum class InvocationStatus : std::uint8_t {
  kSucceeded,
  kFailed,      // the function ran and failed, or ran for too long
  kNotReached,  // it never ran: nobody listens, it is busy, it refused
};

struct InvocationOutcome {
  InvocationStatus status = InvocationStatus::kSucceeded;
  std::string response;  // what it answered, if it succeeded
  std::string cause;     // of any other status, for the operator
};

// Thread-safe.
class Function {
 public:
  // JSON. Asked for once, when the call begins, on any thread; none: the call is not wanted any more.
  using Event = std::move_only_function<std::optional<std::string>()>;
  using Done = std::move_only_function<void(InvocationOutcome)>;
  virtual ~Function() = default;
  // Calls the function with `event`, and `done` once, on another thread; never waits. Events beyond the function's
  // concurrency stand in a queue. An event that is not wanted any more comes to kNotReached.
  virtual void invoke(Event event, Done done) = 0;
};

}  // namespace stator::lambda
