// The data as it was a while ago: what global secondary indexes are read from under --index-delay, which imitates that
// DynamoDB propagates writes to them later.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "kv/engine.h"

namespace stator::storage {

// Keeps a snapshot for each moment that note() was called at in the last `delay`. Thread-safe.
class DelayedState {
 public:
  // Notes the present state. No states are kept if `delay` is 0.
  DelayedState(const kv::Engine& engine, std::chrono::milliseconds delay, const Clock& clock);

  [[nodiscard]] std::chrono::milliseconds delay() const { return delay_; }
  // Remembers the present state. To be called often, as measured against the delay.
  void note();
  // The latest state noted at least `delay` ago, or the oldest there is; null if there is no delay.
  [[nodiscard]] std::shared_ptr<const kv::Reader> get() const;

 private:
  struct State {
    MonotonicTime noted;
    std::shared_ptr<const kv::Reader> reader;
  };
  const kv::Engine& engine_;
  const std::chrono::milliseconds delay_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::deque<State> states_;  // the oldest first; guarded by mutex_
};

}  // namespace stator::storage
