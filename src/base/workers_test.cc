#include "base/workers.h"

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace stator {
namespace {

TEST(Workers, RunEveryTaskBeforeTheyEnd) {
  std::atomic<int> done = 0;
  {
    Workers workers(3);
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(workers.run([&] { ++done; }));
  }
  EXPECT_EQ(done, 1000);
}

TEST(Workers, AsManyAtATimeAsAllowed) {
  std::latch all_run(3);
  Workers workers(3);
  // Each waits for the others, so that this ends only if three run at a time.
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(workers.run([&] { all_run.arrive_and_wait(); }));
}

TEST(Workers, NeverMoreThanAllowed) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    Workers workers(2);
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(workers.run([&] {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      }));
    }
  }
  EXPECT_LE(threads.size(), 2U);
}

TEST(Workers, TasksMayAddTasks) {
  std::atomic<int> done = 0;
  {
    Workers workers(1);
    EXPECT_TRUE(workers.run([&] { EXPECT_TRUE(workers.run([&] { ++done; })); }));
  }
  EXPECT_EQ(done, 1);
}

// Starts as many threads as the system is said to allow.
class Threads {
 public:
  explicit Threads(int allowed) : allowed_(allowed) {}
  void allow(int more) { allowed_ += more; }
  Workers::Start start() {
    return [this](std::function<void()> work) {
      if (allowed_ == 0) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
      --allowed_;
      return std::jthread(std::move(work));
    };
  }

 private:
  int allowed_;
};

TEST(Workers, ThreadsThatRunDoTheWorkOfThoseThatDoNotStart) {
  Threads system(1);
  std::atomic<int> done = 0;
  {
    Workers workers(3, system.start());
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(workers.run([&] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

TEST(Workers, WithoutAThreadATaskIsRefusedUntilOneStarts) {
  Threads system(0);
  std::atomic<int> done = 0;
  {
    Workers workers(3, system.start());
    EXPECT_FALSE(workers.run([&] { done += 100; }));
    system.allow(1);
    EXPECT_TRUE(workers.run([&] { ++done; }));
  }
  EXPECT_EQ(done, 1);
}

TEST(Workers, TasksMayAddTasksWhileTheyEnd) {
  std::atomic<int> done = 0;
  {
    std::latch ending(1);
    auto workers = std::make_unique<Workers>(2);
    Workers& all = *workers;
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(all.run([&] {
        ending.wait();
        for (int k = 0; k < 50; ++k) EXPECT_TRUE(all.run([&] { ++done; }));
      }));
    }
    ending.count_down();
    workers.reset();
  }
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace stator
