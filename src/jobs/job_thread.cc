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
    if (rest == kUntilWoken) {
      changed_.wait(lock, [this] { return is_woken_ || is_ending_; });
      is_woken_ = false;
    } else {
      changed_.wait_for(lock, rest, [this] { return is_ending_; });
    }
  }
}

}  // namespace stator::jobs
