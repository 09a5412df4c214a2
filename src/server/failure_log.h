// Log lines for answers that are the server's fault (5xx): at most one a second, so that a full disk does not fill
// another one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "obs/log.h"

namespace stator::server {

// Thread-safe.
class FailureLog {
 public:
  // Runs a task on a thread that may wait, or does not run it and returns false.
  using Defer = std::function<bool(std::function<void()>)>;

  FailureLog(obs::Log& log, const Clock& clock, Defer defer) : log_(log), clock_(clock), defer_(std::move(defer)) {}

  // Never blocks: answers come from event loops and from the thread that commits, which must not wait for whoever
  // reads standard error. `cause` tells what went wrong, not what the client sent.
  void note(std::string_view operation, int status, std::string_view cause);

 private:
  obs::Log& log_;
  const Clock& clock_;
  const Defer defer_;
  std::atomic<std::int64_t> last_second_{-1};
  std::atomic<std::uint64_t> left_out_{0};  // since the last line
};

}  // namespace stator::server
