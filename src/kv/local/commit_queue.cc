#include "kv/local/commit_queue.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace stator::kv {
namespace {

// What a commit costs in memory beside its batch.
constexpr std::size_t kCommitOverhead = 256;

// What an event loop does for a request with one commit, about.
constexpr std::chrono::microseconds kRequestWork{10};
// A cheaper write is not worth a timer.
constexpr std::chrono::microseconds kDearWrite{100};
// In a row: one alone may only have been disturbed.
constexpr std::size_t kEnoughDearWrites = 4;
// A pause in which no commit comes is the last one. The longest bounds what one slow write can do to the next.
constexpr int kPausesInWrite = 8;
constexpr std::chrono::microseconds kLongestPause{1000};
constexpr int kMostPauses = 4;

std::unexpected<Error> closed_error() { return fail(ErrorCode::kUnavailable, "The server is shutting down."); }

}  // namespace

CommitQueue::CommitQueue(CommitNumber last, QueueLimits limits, Overlay& overlay)
    : limits_(limits), overlay_(overlay), last_(last) {
  queued_.group = std::make_shared<LocalGroup>();
}

Result<void> CommitQueue::await_room(Wait wait) {
  std::unique_lock lock(mutex_);
  const auto may_go = [&] { return closed_ || (waiting_commits_ < limits_.commits && waiting_bytes_ < limits_.bytes); };
  if (!may_go()) {
    if (wait == Wait::kNever) return fail(ErrorCode::kWouldBlock, "The engine is behind with writing.");
    room_.wait(lock, may_go);
  }
  if (closed_) return closed_error();
  return {};
}

Result<Ticket> CommitQueue::join(Batch batch) {
  const auto commit = std::make_shared<PendingCommit>();
  commit->batch = std::move(batch);
  const std::size_t bytes = commit->batch.bytes() + kCommitOverhead;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return closed_error();
    commit->number = {++last_.value};
    commit->batch.stamp(commit->number);
    commit->group = queued_.group;
    overlay_.add(commit);
    queued_.commits.push_back(commit);
    queued_.bytes += bytes;
    ++waiting_commits_;
    waiting_bytes_ += bytes;
    wake = queued_.commits.size() >= wake_at_;
    if (wake) wake_at_ = kNobodyWaits;
  }
  if (wake) not_empty_.notify_one();
  return Ticket(commit->group);
}

bool CommitQueue::take(Taken& taken, std::chrono::microseconds last_write) {
  std::unique_lock lock(mutex_);
  gather(lock, last_write);
  while (queued_.commits.empty()) {
    if (closed_) return false;
    wake_at_ = 1;
    not_empty_.wait(lock);
  }
  wake_at_ = kNobodyWaits;
  taken = take_locked();
  return true;
}

// Without this, clients part into two halves, one of which waits for the other's write: each write then has half of the
// commits that it could have. With it, their requests are worked on between the writes and no longer during them, which
// is the worse of the two once that work takes as long as a write.
void CommitQueue::gather(std::unique_lock<std::mutex>& lock, std::chrono::microseconds last_write) {
  const auto work = kRequestWork * static_cast<std::int64_t>(expected_);
  dear_writes_ = last_write < std::max(kDearWrite, work) ? 0 : dear_writes_ + 1;
  if (expected_ < 2 || dear_writes_ < kEnoughDearWrites) return;
  const auto pause = std::min(last_write / kPausesInWrite, kLongestPause);
  const auto is_enough = [&] { return closed_ || queued_.commits.size() >= expected_; };
  for (int pauses = 0; pauses < kMostPauses && !is_enough(); ++pauses) {
    const std::size_t before = queued_.commits.size();
    wake_at_ = expected_;
    not_empty_.wait_for(lock, pause, is_enough);
    if (queued_.commits.size() == before) break;
  }
}

CommitQueue::Taken CommitQueue::take_rest() {
  const std::lock_guard lock(mutex_);
  return take_locked();
}

void CommitQueue::release(const Taken& taken) {
  {
    const std::lock_guard lock(mutex_);
    expected_ = waiting_commits_;
    waiting_commits_ -= taken.commits.size();
    waiting_bytes_ -= taken.bytes;
  }
  room_.notify_all();
}

void CommitQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  not_empty_.notify_all();
  room_.notify_all();
}

CommitQueue::Taken CommitQueue::take_locked() {
  Taken taken = std::exchange(queued_, {});
  queued_.group = std::make_shared<LocalGroup>();
  return taken;
}

}  // namespace stator::kv
