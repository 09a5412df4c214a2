#include "kv/local/pending.h"

#include <utility>

namespace stator::kv {

void LocalGroup::then(std::function<void(const Result<void>&)> done) {
  {
    const std::lock_guard lock(mutex_);
    if (!outcome_) {
      waiting_.push_back(std::move(done));
      return;
    }
  }
  done(*outcome_);  // set once, hence read without the mutex
}

void LocalGroup::finish(const Result<void>& outcome) {
  std::vector<std::function<void(const Result<void>&)>> waiting;
  {
    const std::lock_guard lock(mutex_);
    outcome_ = outcome;
    waiting.swap(waiting_);
  }
  for (const auto& done : waiting) done(outcome);
}

}  // namespace stator::kv
