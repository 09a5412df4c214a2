#include "server/failure_log.h"

#include <chrono>
#include <string>

#include <fmt/format.h>

namespace stator::server {

void FailureLog::note(std::string_view operation, int status, std::string_view cause) {
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(clock_.monotonic().time_since_epoch()).count();
  std::int64_t last = last_second_.load(std::memory_order_relaxed);
  if (last == second || !last_second_.compare_exchange_strong(last, second, std::memory_order_relaxed)) {
    left_out_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::uint64_t left_out = left_out_.exchange(0, std::memory_order_relaxed);
  const bool taken = defer_([this, operation = std::string(operation), status, cause = std::string(cause), left_out] {
    log_.write(obs::Level::kError, "request failed",
               {{"operation", operation},
                {"status", fmt::to_string(status)},
                {"cause", cause},
                {"failures_left_out", fmt::to_string(left_out)}});
  });
  if (!taken) left_out_.fetch_add(left_out + 1, std::memory_order_relaxed);
}

}  // namespace stator::server
