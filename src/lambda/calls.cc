#include "lambda/calls.h"

#include <utility>

namespace stator::lambda {

void Calls::start(Function& function, std::shared_ptr<PendingEvent> event, CallerId caller) {
  {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  function.invoke(
      [event = std::move(event)] { return event->begin(); },
      [self = shared_from_this(), caller](InvocationOutcome outcome) { self->finish({caller, std::move(outcome)}); });
}

void Calls::finish(Finished finished) {
  const std::lock_guard lock(mutex_);
  finished_.push_back(std::move(finished));
  if (--under_way_ == 0) none_under_way_.notify_all();
  if (wake_) wake_();
}

std::vector<Calls::Finished> Calls::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void Calls::await_all(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  none_under_way_.wait_for(lock, patience, [this] { return under_way_ == 0; });
}

void Calls::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

}  // namespace stator::lambda
