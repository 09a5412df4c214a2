#include "lambda/queued_function.h"

#include <utility>

namespace stator::lambda {

QueuedFunction::QueuedFunction(std::unique_ptr<BlockingFunction> function, unsigned concurrency, Workers& workers,
                               std::stop_token stop)
    : function_(std::move(function)), concurrency_(concurrency), workers_(workers), stop_(std::move(stop)) {}

void QueuedFunction::invoke(Event event, Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(event), std::move(done)});
    if (running_ == concurrency_) return;
    ++running_;
  }
  // With a thread there, no task is refused.
  (void)workers_.run([this] { work(); });
}

void QueuedFunction::work() {
  if (std::optional<Call> call = next()) {
    // What it is made of is not kept for as long as the call takes.
    const std::optional<std::string> event = std::exchange(call->event, nullptr)();
    call->done(event ? function_->call(*event, stop_) : not_reached("it is not wanted any more"));
  }
  if (goes_on()) (void)workers_.run([this] { work(); });
}

std::optional<QueuedFunction::Call> QueuedFunction::next() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  Call call = std::move(waiting_.front());
  waiting_.pop_front();
  return call;
}

bool QueuedFunction::goes_on() {
  const std::lock_guard lock(mutex_);
  if (!waiting_.empty()) return true;
  --running_;
  return false;
}

}  // namespace stator::lambda
