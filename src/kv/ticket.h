// A ticket: what an answer waits for before it may leave.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"

namespace stator::kv {

// The fate of commits that are written together. Thread-safe.
class CommitGroup {
 public:
  virtual ~CommitGroup() = default;
  // Calls `done` once, when the group's commits are as durable as the engine promises, or with the Error that kept
  // them from being written; at once, on this thread, if that is known already, else on a thread of the engine's.
  // `done` must be quick and must wait for nothing: the next commits are written by the same thread.
  virtual void then(std::function<void(const Result<void>&)> done) = 0;
};

// A default-made ticket waits for nothing.
class Ticket {
 public:
  Ticket() = default;
  explicit Ticket(std::shared_ptr<CommitGroup> group) : group_(std::move(group)) {}
  [[nodiscard]] bool is_pending() const { return group_ != nullptr; }
  void then(std::function<void(const Result<void>&)> done) const {
    if (group_) {
      group_->then(std::move(done));
    } else {
      done({});
    }
  }

 private:
  std::shared_ptr<CommitGroup> group_;
};

// For callers that may wait: start-up, jobs, tests.
[[nodiscard]] Result<void> wait(const Ticket& ticket);

}  // namespace stator::kv
