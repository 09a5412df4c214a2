// Threads for what may wait for the disk. None runs before the first task: an idle server has none to spare memory for.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace stator::server {

// Thread-safe. The queue has no limit of its own: each task belongs to a connection, and those are limited.
class Workers {
 public:
  explicit Workers(unsigned most) : most_(most) {}
  // Runs what is queued, then joins.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Tasks start in the order they come.
  void run(std::function<void()> task);

 private:
  void work();

  const unsigned most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;  // guarded by mutex_, as is the rest
  unsigned idle_ = 0;                        // threads that wait for a task
  bool ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace stator::server
