// A commit that has been decided on and is not durable yet, and the group that it is written with.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "kv/batch.h"
#include "kv/ticket.h"

namespace stator::kv {

// Thread-safe.
class LocalGroup final : public CommitGroup {
 public:
  void then(std::function<void(const Result<void>&)> done) override;
  // Calls all that wait, on this thread. Once.
  void finish(const Result<void>& outcome);

 private:
  std::mutex mutex_;
  std::optional<Result<void>> outcome_;
  std::vector<std::function<void(const Result<void>&)>> waiting_;
};

// Constant once it has joined the queue.
struct PendingCommit {
  Batch batch;
  CommitNumber number;
  std::shared_ptr<LocalGroup> group;
};

}  // namespace stator::kv
