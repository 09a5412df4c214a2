#include "jobs/job_thread.h"

#include <future>

#include <gtest/gtest.h>

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;

TEST(JobThread, RunsAtOnceAndWhenWoken) {
  std::promise<void> first;
  std::promise<void> second;
  int steps = 0;
  JobThread job([&] {
    if (++steps == 1) first.set_value();
    if (steps == 2) second.set_value();
    return JobThread::kUntilWoken;
  });
  job.start();
  first.get_future().wait();
  job.wake();
  second.get_future().wait();
}

TEST(JobThread, WakingDuringAStepLeavesOutTheRest) {
  std::promise<void> second;
  int steps = 0;
  JobThread job([&] {
    if (++steps == 1) job.wake();
    if (steps == 2) second.set_value();
    return JobThread::kUntilWoken;
  });
  job.start();
  second.get_future().wait();
}

TEST(JobThread, GoesOnAfterItsRest) {
  std::promise<void> third;
  int steps = 0;
  JobThread job([&] {
    if (++steps == 3) third.set_value();
    return steps < 3 ? std::chrono::microseconds(1) : JobThread::kUntilWoken;
  });
  job.start();
  third.get_future().wait();
}

TEST(JobThread, EndsWhileItRestsAndIsNotWokenAgain) {
  int steps = 0;
  JobThread job([&] {
    ++steps;
    return JobThread::kUntilWoken;
  });
  job.start();
  job.end();
  const int before = steps;
  job.wake();
  job.end();
  EXPECT_EQ(steps, before);
}

}  // namespace
}  // namespace stator::jobs
