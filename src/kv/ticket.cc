#include "kv/ticket.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace stator::kv {

Result<void> wait(const Ticket& ticket) {
  // Shared, because the engine's thread may still be in the callback when the waiting thread goes on.
  struct Outcome {
    std::mutex mutex;
    std::condition_variable known;
    std::optional<Result<void>> result;
  };
  const auto outcome = std::make_shared<Outcome>();
  ticket.then([outcome](const Result<void>& result) {
    const std::lock_guard lock(outcome->mutex);
    outcome->result = result;
    outcome->known.notify_one();
  });
  std::unique_lock lock(outcome->mutex);
  outcome->known.wait(lock, [&] { return outcome->result.has_value(); });
  return *std::move(outcome->result);
}

}  // namespace stator::kv
