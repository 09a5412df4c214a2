// A thread of its own for a job that is done in steps.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace stator::jobs {

// Runs the job's step again and again; between two it rests for as long as the step has answered. Thread-safe.
class JobThread {
 public:
  static constexpr std::chrono::microseconds kUntilWoken = std::chrono::microseconds::max();
  using Step = std::function<std::chrono::microseconds()>;

  explicit JobThread(Step step) : step_(std::move(step)) {}
  ~JobThread();
  JobThread(const JobThread&) = delete;
  JobThread& operator=(const JobThread&) = delete;

  // Begins with the first step. Once.
  void start();
  // Ends a rest, this one or else the next one at once. Never waits; does nothing after end().
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
