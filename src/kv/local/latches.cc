#include "kv/local/latches.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string_view>
#include <utility>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stator::kv {
namespace {

constexpr std::string_view kConflict = "Transaction is ongoing for the item";

std::uint16_t stripe_of(std::string_view key) {
  return static_cast<std::uint16_t>(std::hash<std::string_view>{}(key) % Latches::kStripes);
}

// `stripe` was held for too long.
std::unexpected<Error> conflict(std::span<const std::string> keys, std::uint16_t stripe) {
  Error error{ErrorCode::kTransactionConflict, std::string(kConflict)};
  for (const std::string_view key : keys) {
    const bool is_held = stripe_of(key) == stripe;
    error.reasons.push_back(is_held ? Error{ErrorCode::kTransactionConflict, std::string(kConflict)}
                                    : Error{ErrorCode::kNone, ""});
  }
  return std::unexpected(std::move(error));
}

}  // namespace

bool Latch::try_lock() {
  constexpr int kTries = 64;
  for (int i = 0; i < kTries; ++i) {
    int expected = kFree;
    if (state_.compare_exchange_weak(expected, kHeld, std::memory_order_acquire, std::memory_order_relaxed))
      return true;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return false;
}

void Latch::lock() {
  if (try_lock()) return;
  // Whoever had to sleep leaves the mark for the next waiter, of which it does not know whether there is one.
  while (state_.exchange(kHeldWithWaiters, std::memory_order_acquire) != kFree) sleep(nullptr);
}

bool Latch::try_lock_until(MonotonicTime deadline, const Clock& clock) {
  if (try_lock()) return true;
  while (state_.exchange(kHeldWithWaiters, std::memory_order_acquire) != kFree) {
    const auto left = std::max(deadline - clock.monotonic(), MonotonicTime::duration::zero());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
    if (!sleep(&timeout)) return false;
  }
  return true;
}

void Latch::unlock() {
  if (state_.exchange(kFree, std::memory_order_release) != kHeldWithWaiters) return;
  syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

bool Latch::sleep(const timespec* timeout) {
  return syscall(SYS_futex, &state_, FUTEX_WAIT_PRIVATE, kHeldWithWaiters, timeout, nullptr, 0) == 0 ||
         errno != ETIMEDOUT;
}

Latches::Hold::~Hold() {
  for (const std::uint16_t stripe : stripes_) latches_->stripes_[stripe].unlock();
}

Result<void> Latches::take(std::span<const std::string> keys, Wait wait, Hold& hold) {
  boost::container::small_vector<std::uint16_t, 8> wanted;
  for (const std::string_view key : keys) wanted.push_back(stripe_of(key));
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());

  hold.latches_ = this;
  const MonotonicTime deadline = wait == Wait::kAllowed ? clock_.monotonic() + patience_ : MonotonicTime();
  for (const std::uint16_t stripe : wanted) {
    if (wait == Wait::kNever) {
      if (!stripes_[stripe].try_lock()) {
        return fail(ErrorCode::kWouldBlock, "Another commit is deciding on one of the keys.");
      }
    } else if (!stripes_[stripe].try_lock_until(deadline, clock_)) {
      return conflict(keys, stripe);
    }
    hold.stripes_.push_back(stripe);
  }
  return {};
}

void Latches::take_all(Hold& hold) {
  hold.latches_ = this;
  for (std::size_t stripe = 0; stripe < kStripes; ++stripe) {
    stripes_[stripe].lock();
    hold.stripes_.push_back(static_cast<std::uint16_t>(stripe));
  }
}

}  // namespace stator::kv
