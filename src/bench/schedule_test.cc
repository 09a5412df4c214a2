#include "bench/schedule.h"

#include <gtest/gtest.h>

namespace stator::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

TEST(Schedule, IsDueAtTheRateHoweverLateItIsAsked) {
  ManualClock clock;
  const MonotonicTime start = clock.monotonic();
  Schedule schedule(start, 1000);
  EXPECT_EQ(schedule.next(), start);
  // Half a second in which nothing could be sent: all that was due is there, each with its own time.
  clock.advance(microseconds{500'000});
  int taken = 0;
  while (schedule.next() <= clock.monotonic()) {
    EXPECT_EQ(schedule.next(), start + taken * microseconds{1000});
    schedule.take();
    ++taken;
  }
  EXPECT_EQ(taken, 501);
  EXPECT_EQ(schedule.next(), start + microseconds{501'000});
}

TEST(Schedule, NothingAddsUp) {
  const MonotonicTime start{};
  for (const std::uint64_t rate : {1UL, 3UL, 7UL, 333'333UL, 10'000'000UL}) {
    Schedule schedule(start, rate);
    for (std::uint64_t i = 0; i < rate; ++i) schedule.take();
    EXPECT_EQ(schedule.next(), start + seconds{1}) << rate;
  }
}

TEST(Schedule, CountsWhatIsLeft) {
  const MonotonicTime start{};
  Schedule schedule(start, 3);
  EXPECT_EQ(schedule.untaken(start), 0U);
  EXPECT_EQ(schedule.untaken(start + microseconds{1}), 1U);
  EXPECT_EQ(schedule.untaken(start + seconds{10}), 30U);
  for (int i = 0; i < 5; ++i) schedule.take();
  EXPECT_EQ(schedule.untaken(start + seconds{10}), 25U);
  EXPECT_EQ(schedule.untaken(start + seconds{1}), 0U);
  // It agrees with when each is due.
  ManualClock clock;
  Schedule other(clock.monotonic(), 7);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(other.untaken(other.next()), 0U);
    EXPECT_EQ(other.untaken(other.next() + std::chrono::nanoseconds{1}), 1U);
    other.take();
  }
}

}  // namespace
}  // namespace stator::bench
