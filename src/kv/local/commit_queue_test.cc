#include "kv/local/commit_queue.h"

#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace stator::kv {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// A queue whose last groups, each of `commits`, have been written.
class Rig {
 public:
  Rig(std::size_t commits, microseconds write) {
    for (int groups = 0; groups < 5; ++groups) {
      join(commits);
      CommitQueue::Taken taken;
      EXPECT_TRUE(queue.take(taken, write));
      EXPECT_EQ(taken.commits.size(), commits);
      queue.release(taken);
    }
  }
  void join(std::size_t commits) {
    for (; commits > 0; --commits) {
      Batch batch;
      batch.put("a", "1");
      EXPECT_TRUE(queue.join(std::move(batch)));
    }
  }
  // The size of the next group, 0 if the queue is closed; how long it took.
  std::size_t take(microseconds last_write) {
    const auto begun = steady_clock::now();
    CommitQueue::Taken taken;
    const bool is_open = queue.take(taken, last_write);
    took = steady_clock::now() - begun;
    return is_open ? taken.commits.size() : 0;
  }

  Overlay overlay;
  CommitQueue queue{CommitNumber{0}, QueueLimits{}, overlay};
  steady_clock::duration took{};
};

constexpr microseconds kSlow{1'000'000};

struct Row {
  const char* name;
  std::size_t last_group;
  microseconds last_write;
  std::size_t queued;
  bool waits;  // for more than have queued
};

TEST(CommitQueue, WaitsForThoseWhoAreLikelyToComeBack) {
  const Row rows[] = {
      {"all are back", 3, kSlow, 3, false},
      {"more than all", 3, kSlow, 5, false},
      {"one client", 1, kSlow, 1, false},
      {"half are back", 4, kSlow, 2, true},
      {"a cheap write", 4, microseconds(20), 2, false},
      {"a write as dear as their work", 100, microseconds(500), 50, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Rig rig(row.last_group, row.last_write);
    rig.join(row.queued);
    EXPECT_EQ(rig.take(row.last_write), row.queued);
    if (row.waits) {
      EXPECT_GE(rig.took, microseconds(1000));
    }
  }
}

TEST(CommitQueue, ClosingEndsTheWait) {
  Rig rig(2, kSlow);
  std::thread closer([&] { rig.queue.close(); });
  EXPECT_EQ(rig.take(kSlow), 0U);
  closer.join();
}

}  // namespace
}  // namespace stator::kv
