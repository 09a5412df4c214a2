// An Engine in this process over any Store: latches, the order of commits, and one write for all that have gathered.
//
// A commit takes its keys' latches, decides on the store's values with the overlay's in their place, joins the queue
// and lets go; the committer thread writes what has queued as one batch, in queue order. Since the order is total and
// no group becomes durable before an earlier one, whoever has seen a commit waits for nothing else than that commit's
// group or a later one. Reads go to the store and see only what is durable.
//
// When a group cannot be written, all commits that had joined by then fail with it, because any of them may have been
// decided on values of it; then the engine goes on from what the store has.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "kv/engine.h"
#include "kv/local/commit_queue.h"
#include "kv/local/counters.h"
#include "kv/local/latches.h"
#include "kv/local/overlay.h"
#include "kv/open.h"
#include "kv/store.h"

namespace stator::kv {

// Where the store keeps the number of the last commit, eight bytes, big-endian: the name "commit" in the key space of
// meta data (docs/formats/keys.md).
inline constexpr std::string_view kLastCommitKey =
    "\x01"
    "commit";

struct EngineLimits {
  QueueLimits queue;
  std::chrono::milliseconds patience = kPatience;
};

class LocalEngine final : public Engine {
 public:
  // `last` is what the store has at kLastCommitKey, 0 if nothing. `clock` must outlive the engine.
  LocalEngine(std::unique_ptr<Store> store, const Clock& clock, CommitNumber last, EngineLimits limits = {});
  ~LocalEngine() override;

  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override;
  [[nodiscard]] std::unique_ptr<Reader> snapshot() const override;
  Result<Ticket> commit(std::span<const std::string> keys, Wait wait, const Decision& decide) override;
  Result<Ticket> commit_alone(std::span<const std::string> keys, const Decision& decide) override;
  [[nodiscard]] CommitNumber last_durable() const override;
  void on_log(LogListener listener) override;
  [[nodiscard]] EngineStats stats() const override;
  void close() override;

 private:
  // The caller holds the latches of `keys`.
  Result<Ticket> decide_and_join(std::span<const std::string> keys, Wait wait, const Decision& decide);
  // The committer thread.
  void run();
  Result<void> write(const CommitQueue::Taken& taken);
  void succeed(const CommitQueue::Taken& taken);
  void tell_of_log(const CommitQueue::Taken& taken);
  void fail_all(const CommitQueue::Taken& taken, const Result<void>& outcome);

  const std::unique_ptr<Store> store_;
  const Clock& clock_;
  Latches latches_;
  Overlay overlay_;
  CommitQueue queue_;
  Counters counters_;  // the committer's
  Batch group_;        // the committer's: a group as the store gets it

  std::atomic<std::uint64_t> last_durable_;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> groups_ = 0;
  std::atomic<std::uint64_t> sync_micros_ = 0;
  std::atomic<std::uint64_t> last_sync_micros_ = 0;
  std::atomic<std::uint64_t> failed_groups_ = 0;

  std::mutex listener_mutex_;
  LogListener listener_;  // guarded by listener_mutex_

  std::once_flag closed_;
  std::thread committer_;  // last, so that it finds the rest made
};

}  // namespace stator::kv
