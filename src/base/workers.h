// Threads for what may wait for the disk. None runs before the first task: an idle server has none to spare memory for.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace stator {

// Thread-safe. The queue has no limit of its own: each task belongs to a connection, or to a function
// that has so many calls at a time, and those are limited.
class Workers {
 public:
  // Makes a thread, or throws std::system_error as std::jthread does.
  using Start = std::function<std::jthread(std::function<void()>)>;

  explicit Workers(
      unsigned most, Start start = [](std::function<void()> work) { return std::jthread(std::move(work)); });
  // Runs what is queued, then joins. Once it has begun, only tasks may call run().
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Tasks start in the order they come. When the system refuses a further thread, those that run do all the work, and
  // the next call tries again; false, and the task is dropped, if there is none at all.
  [[nodiscard]] bool run(std::function<void()> task);

 private:
  void work();
  void start_thread();

  const unsigned most_;
  const Start start_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;  // guarded by mutex_, as is the rest
  unsigned idle_ = 0;                        // threads that wait for a task
  bool ending_ = false;
  std::vector<std::jthread> threads_;  // the destructor's own once ending_
};

}  // namespace stator
