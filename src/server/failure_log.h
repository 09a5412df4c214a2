// Log lines for answers that are the server's fault (5xx): at most one a second, so that a full disk does not fill
// another one.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "obs/log.h"

namespace stator::server {

// Thread-safe.
class FailureLog {
 public:
  FailureLog(obs::Log& log, const Clock& clock) : log_(log), clock_(clock) {}

  // `body` is the answer's: it holds what went wrong, not what the client sent.
  void note(std::string_view operation, int status, std::string_view body);

 private:
  obs::Log& log_;
  const Clock& clock_;
  std::atomic<std::int64_t> last_second_{-1};
  std::atomic<std::uint64_t> left_out_{0};  // since the last line
};

}  // namespace stator::server
