// The one order of commits, and the commits in it that the committer has not taken yet.
#pragma once

#include <chrono>
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
  //
  // Whoever waited for the last group is likely to commit again at once. If `last_write`, the time that its write took,
  // has for some groups been long enough for that to pay, take() waits for as many commits as there were, while some
  // come.
  [[nodiscard]] bool take(Taken& taken, std::chrono::microseconds last_write);
  // What has been queued since the last take, maybe nothing.
  [[nodiscard]] Taken take_rest();
  // Makes the room of `taken` free.
  void release(const Taken& taken);

  void close();

 private:
  static constexpr std::size_t kNobodyWaits = static_cast<std::size_t>(-1);

  Taken take_locked();
  // Waits for the commits that take() is to wait for. `lock` holds mutex_.
  void gather(std::unique_lock<std::mutex>& lock, std::chrono::microseconds last_write);

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
  std::size_t expected_ = 0;            // commits that were queued or taken when the last group was released
  std::size_t dear_writes_ = 0;         // the last ones in a row that were worth waiting before
  std::size_t wake_at_ = kNobodyWaits;  // queued commits for which the committer waits
  bool closed_ = false;
};

}  // namespace stator::kv
