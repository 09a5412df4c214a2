#include "base/workers.h"

#include <system_error>
#include <utility>

namespace stator {

Workers::Workers(unsigned most, Start start) : most_(most), start_(std::move(start)) { threads_.reserve(most); }

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

bool Workers::run(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  // A task that adds one while all end runs on a thread that will find it.
  if (!ending_) {
    if (tasks_.size() >= idle_ && threads_.size() < most_) start_thread();
    if (threads_.empty()) return false;
  }
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

void Workers::start_thread() {
  try {
    threads_.push_back(start_([this] { work(); }));
  } catch (const std::system_error&) {
    // No memory for a stack, or the limit of processes: run() tells what then happens.
  }
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace stator
