// The calls of functions and destinations that are under way, and what they have come to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/ids.h"
#include "lambda/function.h"
#include "lambda/pending_event.h"

namespace stator::lambda {

// Who has called: a lane of a shard, of a mapping as its poller is numbered; and its call, of all calls.
struct CallerId {
  std::uint64_t poller = 0;
  ShardNumber shard;
  std::size_t lane = 0;
  std::uint64_t call = 0;
};

// Thread-safe. Shared with the calls, which may outlast everything else.
class Calls : public std::enable_shared_from_this<Calls> {
 public:
  struct Finished {
    CallerId caller;
    InvocationOutcome outcome;
  };

  // `wake` is called, on any thread, when there is something to take.
  explicit Calls(std::function<void()> wake) : wake_(std::move(wake)) {}

  void start(Function& function, std::shared_ptr<PendingEvent> event, CallerId caller);
  // What has finished since the last time.
  [[nodiscard]] std::vector<Finished> take();
  // Until none is under way, but no longer than `patience`.
  void await_all(std::chrono::milliseconds patience);
  // Wakes nobody any more.
  void close();

 private:
  void finish(Finished finished);

  std::mutex mutex_;
  std::condition_variable none_under_way_;
  // Guarded by mutex_.
  std::function<void()> wake_;
  std::vector<Finished> finished_;
  std::size_t under_way_ = 0;
};

}  // namespace stator::lambda
