#include "kv/local/commit_queue.h"

#include <utility>

namespace stator::kv {
namespace {

// What a commit costs in memory beside its batch.
constexpr std::size_t kCommitOverhead = 256;

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
    wake = std::exchange(committer_waits_, false);
  }
  if (wake) not_empty_.notify_one();
  return Ticket(commit->group);
}

bool CommitQueue::take(Taken& taken) {
  std::unique_lock lock(mutex_);
  while (queued_.commits.empty()) {
    if (closed_) return false;
    committer_waits_ = true;
    not_empty_.wait(lock);
  }
  committer_waits_ = false;
  taken = take_locked();
  return true;
}

CommitQueue::Taken CommitQueue::take_rest() {
  const std::lock_guard lock(mutex_);
  return take_locked();
}

void CommitQueue::release(const Taken& taken) {
  {
    const std::lock_guard lock(mutex_);
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
