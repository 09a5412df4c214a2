#include "jobs/job_thread.h"

namespace stator::jobs {

JobThread::~JobThread() { end(); }

void JobThread::start() {
  thread_ = std::thread([this] { run(); });
}

void JobThread::end() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void JobThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_one();
}

void JobThread::run() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    lock.unlock();
    const std::chrono::microseconds rest = step_();
    lock.lock();
    const auto is_over = [this] { return is_woken_ || is_ending_; };
    if (rest == kUntilWoken) {
      changed_.wait(lock, is_over);
    } else {
      changed_.wait_for(lock, rest, is_over);
    }
    is_woken_ = false;
  }
}

}  // namespace stator::jobs
