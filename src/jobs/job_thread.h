// A thread of its own for a job that is done in steps.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace stator::jobs {

// Runs the job's step again and again; between two it rests for as long as the step has answered, or until it is woken.
// Thread-safe.
class JobThread {
 public:
  static constexpr std::chrono::microseconds kUntilWoken = std::chrono::microseconds::max();
  using Step = std::function<std::chrono::microseconds()>;

  // The first step runs at once.
  explicit JobThread(Step step);
  ~JobThread();
  JobThread(const JobThread&) = delete;
  JobThread& operator=(const JobThread&) = delete;

  // Ends the rest, or leaves out the next one. Never waits; does nothing after end().
  void wake();
  // No more steps; waits for the one that is running, if any. By one thread.
  void end();

 private:
  void run();

  Step step_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_woken_ = false;   // guarded by mutex_
  bool is_ending_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace stator::jobs
