#include "kv/local/latches.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "kv/test_stores.h"

namespace stator::kv {
namespace {

using namespace std::chrono_literals;

TEST(Latches, AreWaitedForOnlySoLong) {
  Latches latches(test_clock(), 5ms);
  const std::vector<std::string> held = {"held"};
  const std::vector<std::string> wanted = {"free", "held", "free too"};
  {
    Latches::Hold first;
    ASSERT_TRUE(latches.take(held, Wait::kAllowed, first));
    Latches::Hold second;
    const auto refused = latches.take(wanted, Wait::kAllowed, second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kTransactionConflict);
    ASSERT_EQ(refused.error().reasons.size(), 3U);
    EXPECT_EQ(refused.error().reasons[0].code, ErrorCode::kNone);
    EXPECT_EQ(refused.error().reasons[1].code, ErrorCode::kTransactionConflict);
    EXPECT_EQ(refused.error().reasons[2].code, ErrorCode::kNone);
  }
  Latches::Hold third;
  EXPECT_TRUE(latches.take(wanted, Wait::kNever, third)) << "the one that gave up has let go of all";
}

TEST(Latches, OneHolderAtATimeAndNoneIsForgotten) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 2000;
  Latches latches(test_clock(), 60s);
  // Not atomic: what the latch of "both" is for.
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::vector<std::string> keys = {std::to_string(t), "both", std::to_string(t + 1)};
      for (int round = 0; round < kRounds; ++round) {
        Latches::Hold hold;
        ASSERT_TRUE(latches.take(keys, Wait::kAllowed, hold));
        ++count;
        if (round % 64 == 0) std::this_thread::yield();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, kThreads * kRounds);
}

}  // namespace
}  // namespace stator::kv
