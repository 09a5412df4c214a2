// The one order of commits, and the commits in it that the committer has not taken yet.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "kv/engine.h"
#include "kv/local/overlay.h"
#include "kv/local/pending.h"

namespace stator::kv {

// How far the engine may be behind with writing.
struct QueueLimits {
  std::size_t commits = 100'000;
  std::size_t bytes = 64UL << 20;
};

// Thread-safe.
class CommitQueue {
 public:
  // Commits that are written together, in their order.
  struct Taken {
    std::vector<std::shared_ptr<const PendingCommit>> commits;
    std::shared_ptr<LocalGroup> group;
    std::size_t bytes = 0;
  };

  // `last` is the number of the last commit before the first one here. Commits are added to `overlay` as they join.
  CommitQueue(CommitNumber last, QueueLimits limits, Overlay& overlay);

  // Returns once fewer commits than the limits wait to be written. Whoever holds a latch must not call it: the
  // committer may need that latch before it makes room. kWouldBlock, kUnavailable once closed.
  Result<void> await_room(Wait wait);

  // Gives `batch` the next number, stamps it, and adds it to the queue and the overlay. The caller holds the latches of
  // the keys that it decided on. kUnavailable once closed.
  Result<Ticket> join(Batch batch);

  // For the committer. Waits for commits; false if there are none and never will be. `taken` is empty before.
  [[nodiscard]] bool take(Taken& taken);
  // What has been queued since the last take, maybe nothing.
  [[nodiscard]] Taken take_rest();
  // Makes the room of `taken` free.
  void release(const Taken& taken);

  void close();

 private:
  Taken take_locked();

  const QueueLimits limits_;
  Overlay& overlay_;

  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable room_;
  // Guarded by mutex_.
  CommitNumber last_;
  Taken queued_;
  std::size_t waiting_commits_ = 0;  // queued or taken, not released
  std::size_t waiting_bytes_ = 0;
  bool committer_waits_ = false;
  bool closed_ = false;
};

}  // namespace stator::kv
