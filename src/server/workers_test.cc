#include "server/workers.h"

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace stator::server {
namespace {

TEST(Workers, RunEveryTaskBeforeTheyEnd) {
  std::atomic<int> done = 0;
  {
    Workers workers(3);
    for (int i = 0; i < 1000; ++i) workers.run([&] { ++done; });
  }
  EXPECT_EQ(done, 1000);
}

TEST(Workers, AsManyAtATimeAsAllowed) {
  std::latch all_run(3);
  Workers workers(3);
  // Each waits for the others, so that this ends only if three run at a time.
  for (int i = 0; i < 3; ++i) workers.run([&] { all_run.arrive_and_wait(); });
}

TEST(Workers, NeverMoreThanAllowed) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    Workers workers(2);
    for (int i = 0; i < 100; ++i) {
      workers.run([&] {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      });
    }
  }
  EXPECT_LE(threads.size(), 2U);
}

TEST(Workers, TasksMayAddTasks) {
  std::atomic<int> done = 0;
  {
    Workers workers(1);
    workers.run([&] { workers.run([&] { ++done; }); });
  }
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace stator::server
