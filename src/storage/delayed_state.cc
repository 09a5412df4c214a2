#include "storage/delayed_state.h"

#include <algorithm>

namespace stator::storage {

DelayedState::DelayedState(const kv::Engine& engine, std::chrono::milliseconds delay, const Clock& clock)
    : engine_(engine), delay_(delay), clock_(clock) {
  note();
}

void DelayedState::note() {
  if (delay_.count() == 0) return;
  const MonotonicTime now = clock_.monotonic();
  std::shared_ptr<const kv::Reader> present = engine_.snapshot();
  const std::lock_guard lock(mutex_);
  states_.push_back({.noted = now, .reader = std::move(present)});
  // Of those that are old enough only the latest is wanted.
  while (states_.size() > 1 && states_[1].noted + delay_ <= now) states_.pop_front();
}

std::shared_ptr<const kv::Reader> DelayedState::get() const {
  if (delay_.count() == 0) return nullptr;
  const MonotonicTime now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  const auto too_young = std::ranges::find_if(states_, [&](const State& s) { return s.noted + delay_ > now; });
  return too_young == states_.begin() ? states_.front().reader : std::prev(too_young)->reader;
}

}  // namespace stator::storage
