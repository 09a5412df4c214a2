// A function with so many calls at a time, and a queue for the rest.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/workers.h"
#include "lambda/blocking_function.h"
#include "lambda/function.h"

namespace stator::lambda {

class QueuedFunction final : public Function {
 public:
  // `workers` have a thread at least, and end before this.
  QueuedFunction(std::unique_ptr<BlockingFunction> function, unsigned concurrency, Workers& workers,
                 std::stop_token stop);
  void invoke(Event event, Done done) override;

 private:
  struct Call {
    Event event;
    Done done;
  };
  // One call; the next is another task, so that other functions of these workers have their turn.
  void work();
  // None if nothing waits.
  [[nodiscard]] std::optional<Call> next();
  // False, and a task less, if nothing waits.
  [[nodiscard]] bool goes_on();

  const std::unique_ptr<BlockingFunction> function_;
  const unsigned concurrency_;
  Workers& workers_;
  const std::stop_token stop_;
  std::mutex mutex_;
  std::deque<Call> waiting_;  // guarded by mutex_, as is running_
  unsigned running_ = 0;      // tasks given to the workers
};

}  // namespace stator::lambda
