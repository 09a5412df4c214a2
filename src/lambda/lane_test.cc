#include "lambda/lane.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "lambda/batch_event.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

LaneSettings settings_of(const std::function<void(model::EventSourceMapping&)>& change) {
  model::EventSourceMapping mapping;
  change(mapping);
  return lane_settings(mapping);
}

class LaneTest : public testing::Test {
 protected:
  void make(const std::function<void(model::EventSourceMapping&)>& change) { lane_.emplace(settings_of(change)); }
  void add(std::uint64_t commit, std::size_t bytes = 10) {
    lane_->add({.position = {.commit = {commit}, .place = 0},
                .written = clock_.now(),
                .json = std::make_shared<std::string>(bytes, 'x')},
               clock_.monotonic());
  }
  void add_all(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t commit = first; commit <= last; ++commit) add(commit);
  }
  // "invoke 1-3", "give up 2-2", "rest 100ms" or "rest": what the lane wants now, by the records' commits.
  std::string begin() {
    const LaneWork work = lane_->begin(clock_.monotonic(), clock_.now());
    if (work.task == LaneTask::kRest) {
      if (work.until == MonotonicTime::max()) return "rest";
      return fmt::format("rest {}ms",
                         std::chrono::ceil<std::chrono::milliseconds>(work.until - clock_.monotonic()).count());
    }
    const std::uint64_t first = lane_->record(0).position.commit.value;
    const std::uint64_t last = lane_->record(work.count - 1).position.commit.value;
    if (work.task == LaneTask::kInvoke) return fmt::format("invoke {}-{}", first, last);
    return fmt::format("give up {}-{} {}{} after {}", first, last, work.why == GivenUp::kTooOld ? "old" : "tried",
                       work.function_failed ? "" : " (items)", work.invocations);
  }
  void finish(CallResult result, std::size_t done = 0) { lane_->finish_call({result, done}, clock_.monotonic()); }
  // The same, after the longest backoff.
  std::string begin_later() {
    clock_.advance(30s);
    return begin();
  }
  std::string first_unfinished() {
    const auto first = lane_->first_unfinished();
    return first ? fmt::format("{}", first->commit.value) : "none";
  }

  ManualClock clock_;
  std::optional<Lane> lane_;
};

TEST_F(LaneTest, ABatchHasWhatThereIsUpToItsSize) {
  make([](auto& mapping) { mapping.batch_size = 3; });
  EXPECT_EQ(begin(), "rest");
  add_all(1, 4);
  EXPECT_EQ(begin(), "invoke 1-3");
  EXPECT_EQ(begin(), "rest") << "one batch at a time";
  EXPECT_EQ(first_unfinished(), "1");
  finish(CallResult::kSucceeded);
  EXPECT_EQ(first_unfinished(), "4");
  EXPECT_EQ(begin(), "invoke 4-4");
  finish(CallResult::kSucceeded);
  EXPECT_EQ(first_unfinished(), "none");
  EXPECT_EQ(begin(), "rest");
}

TEST_F(LaneTest, TheWindowIsCountedFromTheFirstRecord) {
  make([](auto& mapping) {
    mapping.batch_size = 3;
    mapping.batching_window_seconds = 10;
  });
  add(1);
  EXPECT_EQ(begin(), "rest 10000ms");
  clock_.advance(6s);
  add(2);
  EXPECT_EQ(begin(), "rest 4000ms");
  clock_.advance(4s);
  EXPECT_EQ(begin(), "invoke 1-2");
  add(3);
  clock_.advance(3s);
  finish(CallResult::kSucceeded);
  EXPECT_EQ(begin(), "rest 7000ms") << "the time of the last call counts";
  add_all(4, 5);
  EXPECT_EQ(begin(), "invoke 3-5") << "a full batch does not wait";
  finish(CallResult::kSucceeded);
  add(6);
  EXPECT_EQ(begin(), "rest 10000ms");
  lane_->end();
  EXPECT_EQ(begin(), "invoke 6-6") << "nothing more will come";
}

TEST_F(LaneTest, AnEventHasSixMegabytes) {
  make([](auto& mapping) { mapping.batching_window_seconds = 10; });
  constexpr std::size_t kThird = kMostEventBytes / 3;
  for (std::uint64_t commit = 1; commit <= 3; ++commit) {
    EXPECT_TRUE(lane_->wants_more());
    add(commit, kThird);
  }
  EXPECT_FALSE(lane_->wants_more());
  EXPECT_EQ(begin(), "invoke 1-2") << "with the brackets around them three are too many";
  EXPECT_TRUE(lane_->wants_more());
  finish(CallResult::kSucceeded);
  add(4, kMostEventBytes + 1);
  EXPECT_EQ(begin(), "invoke 3-3");
  finish(CallResult::kSucceeded);
  EXPECT_EQ(begin(), "invoke 4-4") << "what is too large goes alone";
}

TEST_F(LaneTest, BackoffDoublesUpToHalfAMinute) {
  make([](auto&) {});
  add(1);
  for (const int want : {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}) {
    EXPECT_EQ(begin(), "invoke 1-1");
    finish(want % 3 == 0 ? CallResult::kNotReached : CallResult::kFailed);
    EXPECT_EQ(begin(), fmt::format("rest {}ms", want));
    clock_.advance(std::chrono::milliseconds(want));
  }
  EXPECT_EQ(begin(), "invoke 1-1");
  finish(CallResult::kSucceeded);
  add(2);
  EXPECT_EQ(begin(), "invoke 2-2");
  finish(CallResult::kFailed);
  EXPECT_EQ(begin(), "rest 100ms") << "a success ends it";
}

TEST_F(LaneTest, RetriesAreUsedUp) {
  struct Row {
    std::string_view name;
    std::int32_t retries;
    std::vector<CallOutcome> outcomes;
    std::string want;  // in the end
  };
  constexpr CallOutcome kFail{CallResult::kFailed};
  constexpr CallOutcome kAway{CallResult::kNotReached};
  constexpr CallOutcome kNoItem{CallResult::kItemsFailed, 0};
  constexpr CallOutcome kTwoItems{CallResult::kItemsFailed, 2};
  const std::vector<Row> rows = {
      {"no retry", 0, {kFail}, "give up 1-4 tried after 1"},
      {"one retry", 1, {kFail, kFail}, "give up 1-4 tried after 2"},
      {"not yet", 2, {kFail, kFail}, "invoke 1-4"},
      {"never", -1, {kFail, kFail, kFail, kFail}, "invoke 1-4"},
      {"not reached is not tried", 0, {kAway, kAway, kFail}, "give up 1-4 tried after 1"},
      {"never reached", 0, {kAway, kAway, kAway}, "invoke 1-4"},
      {"no item done", 1, {kNoItem, kNoItem}, "give up 1-4 tried (items) after 2"},
      {"some items done", 1, {kFail, kTwoItems}, "invoke 3-4"},
      {"the rest has failed with them", 1, {kFail, kTwoItems, kFail}, "give up 3-4 tried after 2"},
      {"some items done without a retry", 0, {kTwoItems}, "give up 3-4 tried (items) after 1"},
  };
  for (const Row& row : rows) {
    make([&](auto& mapping) { mapping.retry_attempts = row.retries; });
    add_all(1, 4);
    begin();
    add(5);
    std::string work;
    for (const CallOutcome& outcome : row.outcomes) {
      finish(outcome.result, outcome.done);
      work = begin_later();
    }
    EXPECT_EQ(work, row.want) << row.name;
  }
}

TEST_F(LaneTest, WhatIsGivenUpMakesWayAtOnce) {
  make([](auto& mapping) { mapping.retry_attempts = 0; });
  add_all(1, 2);
  EXPECT_EQ(begin(), "invoke 1-2");
  add(3);
  finish(CallResult::kFailed);
  EXPECT_EQ(begin(), "give up 1-2 tried after 1");
  EXPECT_EQ(begin(), "rest");
  EXPECT_EQ(first_unfinished(), "1") << "until the destination has been told";
  lane_->finish_giving_up();
  EXPECT_EQ(begin(), "invoke 3-3");
}

TEST_F(LaneTest, BisectingFindsTheBadRecord) {
  make([](auto& mapping) {
    mapping.bisect_batch_on_function_error = true;
    mapping.retry_attempts = 1;
  });
  add_all(1, 5);
  std::vector<std::string> seen;
  for (std::string work = begin(); work != "rest"; work = begin_later()) {
    seen.push_back(work);
    const std::uint64_t first = lane_->record(0).position.commit.value;
    const bool has_bad_one = first <= 4 && work.ends_with("4") | work.ends_with("5");
    if (work.starts_with("give up")) {
      lane_->finish_giving_up();
    } else {
      finish(has_bad_one ? CallResult::kFailed : CallResult::kSucceeded);
    }
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"invoke 1-5", "invoke 1-2", "invoke 3-5", "invoke 3-3", "invoke 4-5",
                                            "invoke 4-4", "invoke 4-4", "give up 4-4 tried after 5", "invoke 5-5"}));
}

TEST_F(LaneTest, AnAnswerThatNamesTheRecordIsNotBisected) {
  make([](auto& mapping) { mapping.bisect_batch_on_function_error = true; });
  add_all(1, 6);
  begin();
  finish(CallResult::kItemsFailed, 2);
  EXPECT_EQ(begin_later(), "invoke 3-6");
  finish(CallResult::kItemsFailed, 0);
  EXPECT_EQ(begin_later(), "invoke 3-4") << "which told nothing new";
}

TEST_F(LaneTest, WhatIsTooOldIsNotDelivered) {
  make([](auto& mapping) {
    mapping.record_age_seconds = 60;
    mapping.batch_size = 10;
  });
  add_all(1, 2);
  clock_.advance(40s);
  add(3);
  EXPECT_EQ(begin(), "invoke 1-3");
  finish(CallResult::kFailed);
  clock_.advance(20s);
  EXPECT_EQ(begin(), "invoke 1-3") << "just young enough";
  finish(CallResult::kFailed);
  clock_.advance(1s);
  EXPECT_EQ(begin(), "give up 1-2 old after 2");
  lane_->finish_giving_up();
  EXPECT_EQ(begin(), "invoke 3-3");
  finish(CallResult::kSucceeded);
  add(4);
  clock_.advance(61s);
  EXPECT_EQ(begin(), "give up 4-4 old (items) after 0");
}

TEST_F(LaneTest, NothingIsOlderThanTheStreamKeepsIt) {
  for (const std::int32_t age : {model::kForever, 604'800}) {
    make([&](auto& mapping) { mapping.record_age_seconds = age; });
    add(1);
    clock_.advance(24h);
    EXPECT_EQ(begin(), "invoke 1-1");
    finish(CallResult::kFailed);
    EXPECT_EQ(begin_later(), "give up 1-1 old after 1");
  }
}

// Whatever becomes of the calls: every record is delivered or given up, those of the lane in their order, and none is
// delivered again once it is done.
TEST_F(LaneTest, EveryRecordIsDeliveredOrGivenUpInOrder) {
  constexpr std::uint64_t kRecords = 300;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededRandom random(seed);
    const auto draw = [&](std::uint64_t n) { return random.next() % n; };
    make([&](auto& mapping) {
      mapping.batch_size = static_cast<std::int32_t>(1 + draw(20));
      mapping.batching_window_seconds = static_cast<std::int32_t>(draw(3));
      mapping.retry_attempts = static_cast<std::int32_t>(draw(4)) - 1;
      mapping.record_age_seconds = draw(2) == 0 ? model::kForever : 60;
      mapping.bisect_batch_on_function_error = draw(2) == 0;
    });
    std::uint64_t next = 1;
    std::uint64_t done = 0;  // all up to this one
    for (int step = 0; done < kRecords; ++step) {
      ASSERT_LT(step, 100'000) << seed;
      while (next <= kRecords && lane_->wants_more() && draw(3) != 0) add(next++, draw(50));
      if (next > kRecords) lane_->end();
      const LaneWork work = lane_->begin(clock_.monotonic(), clock_.now());
      if (work.task == LaneTask::kRest) {
        clock_.advance(work.until == MonotonicTime::max()
                           ? 1ms
                           : std::chrono::ceil<std::chrono::microseconds>(work.until - clock_.monotonic()));
        continue;
      }
      ASSERT_GT(work.count, 0U);
      ASSERT_LE(work.count, lane_->size());
      for (std::size_t i = 0; i < work.count; ++i) {
        ASSERT_EQ(lane_->record(i).position.commit.value, done + 1 + i) << seed;
      }
      clock_.advance(std::chrono::milliseconds(draw(2000)));
      if (work.task == LaneTask::kGiveUp) {
        lane_->finish_giving_up();
        done += work.count;
        continue;
      }
      const auto result = static_cast<CallResult>(draw(4));
      const std::size_t items = draw(work.count + 1);
      finish(result, items);
      if (result == CallResult::kSucceeded) done += work.count;
      if (result == CallResult::kItemsFailed) done += items;
      const auto first = lane_->first_unfinished();
      ASSERT_EQ(first ? first->commit.value : next, done + 1) << seed;
    }
    EXPECT_EQ(lane_->size(), 0U);
  }
}

}  // namespace
}  // namespace stator::lambda
