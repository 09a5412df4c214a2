#include "kv/local/latches.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace stator::kv {

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
  while (state_.exchange(kHeldWithWaiters, std::memory_order_acquire) != kFree) {
    state_.wait(kHeldWithWaiters, std::memory_order_relaxed);
  }
}

void Latch::unlock() {
  if (state_.exchange(kFree, std::memory_order_release) == kHeldWithWaiters) state_.notify_one();
}

Latches::Hold::~Hold() {
  for (const std::uint16_t stripe : stripes_) latches_->stripes_[stripe].unlock();
}

bool Latches::take(std::span<const std::string> keys, Wait wait, Hold& hold) {
  boost::container::small_vector<std::uint16_t, 8> wanted;
  for (const std::string_view key : keys) {
    wanted.push_back(static_cast<std::uint16_t>(std::hash<std::string_view>{}(key) % kStripes));
  }
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());

  hold.latches_ = this;
  for (const std::uint16_t stripe : wanted) {
    if (wait == Wait::kAllowed) {
      stripes_[stripe].lock();
    } else if (!stripes_[stripe].try_lock()) {
      for (const std::uint16_t held : hold.stripes_) stripes_[held].unlock();
      hold.stripes_.clear();
      return false;
    }
    hold.stripes_.push_back(stripe);
  }
  return true;
}

void Latches::take_all(Hold& hold) {
  hold.latches_ = this;
  for (std::size_t stripe = 0; stripe < kStripes; ++stripe) {
    stripes_[stripe].lock();
    hold.stripes_.push_back(static_cast<std::uint16_t>(stripe));
  }
}

}  // namespace stator::kv
