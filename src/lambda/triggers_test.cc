#include "lambda/triggers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lambda/triggers_fixture_for_tests.h"
#include "streams/sequence_number.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

TEST_F(TriggersTest, WithNothingToServeItRestsUntilWoken) {
  start();
  EXPECT_EQ(triggers_->step(), std::chrono::microseconds::max());
  create_table();
  put("a", 1);
  EXPECT_EQ(wakes_, 1) << "of the table alone: nobody follows its changes";
  create_mapping();
  EXPECT_EQ(wakes_, 2);
  run();
  EXPECT_EQ(deliver(), "a1");
  const int before = wakes_;
  put("a", 2);
  put("a", 3);
  EXPECT_EQ(wakes_, before + 1) << "one wake is enough for what comes before the next step";
  run();
  EXPECT_EQ(deliver(), "a2 a3");
  EXPECT_EQ(triggers_->stats().invocations, 2U);
  EXPECT_EQ(triggers_->stats().records, 3U);
}

TEST_F(TriggersTest, TheEventIsAsLambdaGivesIt) {
  create_table();
  create_mapping();
  put("a", 1);
  start();
  const std::string event = function().calls.front().event;
  EXPECT_TRUE(event.starts_with(R"({"Records":[{"eventID":")")) << event;
  EXPECT_TRUE(event.ends_with(fmt::format(R"("eventSourceARN":"{}"}}]}})", stream_arn()))) << event;
  EXPECT_NE(event.find(R"("NewImage":{"pk":{"S":"a"},"v":{"N":"1"}})"), std::string::npos) << event;
}

TEST_F(TriggersTest, BatchesHaveTheirSizeAndFollowEachOther) {
  create_table();
  create_mapping([](auto& mapping) { mapping.batch_size = 2; });
  for (int i = 1; i <= 5; ++i) put("a", i);
  start();
  EXPECT_EQ(function().calls.size(), 1U);
  EXPECT_EQ(deliver(), "a1 a2; a3 a4; a5");
}

TEST_F(TriggersTest, LatestBeginsBehindWhatThereWas) {
  create_table();
  put("a", 1);
  create_mapping([&](auto& mapping) {
    mapping.starting_position = model::StartingPosition::kLatest;
    mapping.after = storage_->engine().last_durable();
  });
  put("a", 2);
  roll();
  put("a", 3);
  start();
  EXPECT_EQ(deliver(), "a2; a3");
}

TEST_F(TriggersTest, AParentIsDoneWithBeforeItsChildrenAreRead) {
  create_table();
  const std::string uuid = create_mapping();
  put("a", 1);
  roll(2);
  put("a", 2);
  put("b", 3);
  start();
  EXPECT_EQ(function().calls.size(), 1U);
  EXPECT_EQ(called_with(), "a1");
  finish(failed());
  EXPECT_TRUE(function().calls.empty());
  run_after(100ms);
  EXPECT_EQ(called_with(), "a1");
  finish();
  EXPECT_EQ(function().calls.size(), 2U);
  deliver();
  run_after(200ms);
  triggers_->drain(0ms);
  EXPECT_EQ(checkpoints(uuid), "1! 2 3");
}

TEST_F(TriggersTest, AFunctionThatFailsBlocksItsShardOnly) {
  create_table(8);
  create_mapping([](auto& mapping) { mapping.batch_size = 1; });
  start();
  put("bad", 0);
  run();
  ASSERT_EQ(called_with(), "bad0");
  std::string delivered;
  for (int i = 1; i <= 20; ++i) {
    put("bad", i);
    put(fmt::format("k{}", i), i);
    run_after(10s);
    for (auto calls = function().calls.size(); calls > 0; --calls) {
      const std::string records = called_with();
      if (!records.starts_with("bad")) delivered += records + " ";
      finish(records.starts_with("bad") ? failed() : kOk);
    }
  }
  const auto goes_on = std::ranges::count(delivered, ' ');
  EXPECT_GE(goes_on, 10) << delivered << ": all but those of the shard of the bad item";
  EXPECT_EQ(delivered.find("bad"), std::string::npos);
}

TEST_F(TriggersTest, WhatCannotBeReadHoldsUpItsShardOnlyAndRepeatsNothing) {
  create_table(2);
  create_mapping([](auto& mapping) { mapping.batch_size = 1; });
  for (int i = 0; i < 10; ++i) put(fmt::format("k{}-", i), i);
  const std::string damaged = damage_shard(ShardNumber{1});
  for (int i = 10; i < 20; ++i) put(fmt::format("k{}-", i), i);
  start();
  std::map<std::string, int> times;
  const auto deliver_all = [&] {
    for (int turn = 0; turn < 5; ++turn) {
      while (!function().calls.empty()) {
        ++times[called_with()];
        finish();
      }
      run_after(1s);
    }
  };
  deliver_all();
  EXPECT_GT(times.size(), 10U) << "all of the other shard, and what is before the damage";
  EXPECT_LT(times.size(), 20U);

  write("", damaged);
  deliver_all();
  EXPECT_EQ(times.size(), 20U);
  for (const auto& [record, count] : times) EXPECT_EQ(count, 1) << record;
}

TEST_F(TriggersTest, LanesOfAShardAreCalledAtTheSameTime) {
  create_table();
  create_mapping([](auto& mapping) {
    mapping.parallelization_factor = 10;
    mapping.batch_size = 1;
  });
  for (int i = 0; i < 100; ++i) put(fmt::format("{}-", i % 20), i);
  start();
  EXPECT_GT(function().calls.size(), 4U);
  EXPECT_LE(function().calls.size(), 10U);
  std::map<std::string, int> last;
  std::size_t delivered = 0;
  while (!function().calls.empty()) {
    const std::string record = called_with();
    const auto hyphen = record.find('-');
    const int value = std::stoi(record.substr(hyphen + 1));
    const auto [at, is_first] = last.try_emplace(record.substr(0, hyphen), value);
    EXPECT_TRUE(is_first || at->second < value) << record;
    at->second = value;
    ++delivered;
    finish();
  }
  EXPECT_EQ(delivered, 100U);
}

TEST_F(TriggersTest, WhatWaitsForFunctionsHasItsBounds) {
  held_bytes_ = 4'000;  // some ten records
  create_table();
  create_mapping();
  for (int i = 0; i < 100; ++i) put("a", i);
  start();
  EXPECT_LE(function().calls.front().event.size(), held_bytes_ + 1'000);
  const std::string first = called_with();
  EXPECT_TRUE(first.starts_with("a0 a1 a2 a3 ")) << first;
  const std::string all = deliver();
  EXPECT_EQ(std::ranges::count(all, 'a'), 100) << all;
  EXPECT_TRUE(all.ends_with("a99")) << all;
}

TEST_F(TriggersTest, TheCheckpointIsBehindTheSlowestLane) {
  create_table();
  create_mapping([](auto& mapping) { mapping.parallelization_factor = 10; });
  put("slow", 1);
  start();
  ASSERT_EQ(called_with(), "slow1");
  FakeFunction::Call slow = std::move(function().calls.front());
  function().calls.pop_front();
  for (int i = 2; i < 40; ++i) put(fmt::format("k{}-", i), i);
  run();
  deliver();
  run_after(1s);
  triggers_->drain(0ms);
  start();
  EXPECT_TRUE(called_with().starts_with("slow1") || function().calls.size() > 1)
      << "what was not done is delivered again";
  slow.done({});
}

TEST_F(TriggersTest, WhatMatchesNoFilterOnlyMovesTheCheckpoint) {
  create_table();
  create_mapping([](auto& mapping) { mapping.filters = {R"({"dynamodb":{"NewImage":{"v":{"N":["7"]}}}})"}; });
  for (int i = 1; i <= 5; ++i) put("a", i);
  start();
  EXPECT_TRUE(function().calls.empty());
  put("a", 7);
  put("a", 8);
  run();
  EXPECT_EQ(deliver(), "a7");
  triggers_->drain(0ms);
  triggers_.reset();
  start();
  EXPECT_TRUE(function().calls.empty());
}

TEST_F(TriggersTest, TheWindowWaitsForMore) {
  create_table();
  create_mapping([](auto& mapping) { mapping.batching_window_seconds = 5; });
  start();
  put("a", 1);
  run();
  EXPECT_TRUE(function().calls.empty());
  put("a", 2);
  run_after(3s);
  EXPECT_TRUE(function().calls.empty());
  EXPECT_LE(run(), 2s);
  run_after(2s);
  EXPECT_EQ(deliver(), "a1 a2");
  put("a", 3);
  run();
  roll();
  run();
  EXPECT_EQ(deliver(), "a3") << "a shard that has ended waits for nothing";
}

TEST_F(TriggersTest, OnlyTheFailedRecordsComeAgain) {
  create_table();
  create_mapping([](auto& mapping) { mapping.report_batch_item_failures = true; });
  for (int i = 1; i <= 4; ++i) put("a", i);
  start();
  const std::string event = function().calls.front().event;
  constexpr std::string_view kNumber = R"("SequenceNumber":")";
  std::size_t at = 0;
  for (int i = 0; i < 3; ++i) at = event.find(kNumber, at) + kNumber.size();
  finish({.status = InvocationStatus::kSucceeded,
          .response = fmt::format(R"({{"batchItemFailures":[{{"itemIdentifier":"{}"}}]}})",
                                  event.substr(at, event.find('"', at) - at)),
          .cause = {}});
  run_after(100ms);
  EXPECT_EQ(called_with(), "a3 a4");
  EXPECT_EQ(triggers_->stats().records, 2U);
  EXPECT_EQ(triggers_->stats().failures, 1U);
}

TEST_F(TriggersTest, AFunctionThatIsNotReachedIsTriedUntilItIs) {
  create_table();
  create_mapping([](auto& mapping) { mapping.retry_attempts = 0; });
  put("a", 1);
  start();
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(called_with(), "a1") << i;
    finish(not_reached());
    run_after(30s);
  }
  EXPECT_EQ(deliver(), "a1");
  EXPECT_EQ(triggers_->stats().discarded, 0U);
}

TEST_F(TriggersTest, AFunctionThatIsNotDeclaredIsWaitedFor) {
  create_table();
  create_mapping([](auto& mapping) { mapping.function_arn += "-2:live"; });
  put("a", 1);
  start();
  run_after(30s);
  targets_.functions.try_emplace("f-2");
  run_after(30s);
  EXPECT_EQ(deliver("f-2"), "a1");
}

TEST_F(TriggersTest, WhatIsGivenUpIsToldOf) {
  constexpr auto kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
  create_table();
  create_mapping([&](auto& mapping) {
    mapping.retry_attempts = 0;
    mapping.on_failure = kQueue;
    mapping.batch_size = 2;
  });
  for (int i = 1; i <= 5; ++i) put("a", i);
  start();
  finish(failed());
  run_after(10s);
  EXPECT_TRUE(function().calls.empty()) << "the destination is not there";
  EXPECT_EQ(triggers_->stats().discarded, 0U);

  targets_.destinations.try_emplace(kQueue);
  auto& destination = targets_.destinations[kQueue];
  run_after(10s);
  ASSERT_EQ(destination.calls.size(), 1U);
  const std::string document = destination.calls.front().event;
  EXPECT_NE(document.find(R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":1})"), std::string::npos);
  EXPECT_NE(document.find(R"("batchSize":2,"streamArn":")"), std::string::npos);
  EXPECT_EQ(document.find("payload"), std::string::npos);
  destination.finish();
  run();
  EXPECT_EQ(called_with(), "a3 a4");

  finish(failed());
  for (int tries = 0; tries < 3; ++tries) {
    ASSERT_EQ(destination.calls.size(), 1U) << tries;
    EXPECT_TRUE(function().calls.empty());
    destination.finish(failed());
    run();
    run_after(2s);
  }
  EXPECT_EQ(called_with(), "a5") << "after three tries it goes on";
  EXPECT_EQ(triggers_->stats().discarded, 4U);
}

TEST_F(TriggersTest, ADestinationThatIsAwayIsWaitedForAsLongAsTheStreamWouldKeepTheRecords) {
  constexpr auto kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
  struct Row {
    std::string name;
    bool is_declared;
    std::chrono::hours away;
    std::uint64_t want_told;
  };
  for (const Row& row : std::vector<Row>{{"not reached", true, 5h, 1},
                                         {"not declared", false, 5h, 1},
                                         {"not reached for a day", true, 25h, 0},
                                         {"not declared for a day", false, 25h, 0}}) {
    SCOPED_TRACE(row.name);
    SetUp();
    targets_.destinations.clear();
    if (row.is_declared) targets_.destinations.try_emplace(kQueue);
    create_table();
    create_mapping([&](auto& mapping) {
      mapping.retry_attempts = 0;
      mapping.on_failure = kQueue;
      mapping.batch_size = 1;
    });
    put("a", 1);
    start();
    finish(failed());
    for (auto passed = 0min; passed < row.away; passed += 10min) {
      if (row.is_declared && !targets_.destinations[kQueue].calls.empty()) {
        targets_.destinations[kQueue].finish(not_reached());
      }
      run_after(10min);
    }
    auto& destination = targets_.destinations[kQueue];
    EXPECT_EQ(triggers_->stats().discarded, 1U - row.want_told);
    run_after(2min);
    EXPECT_EQ(destination.calls.size(), row.want_told);
    if (!destination.calls.empty()) destination.finish();
    run();
    EXPECT_EQ(triggers_->stats().discarded, 1U);
    triggers_.reset();
  }
}

TEST_F(TriggersTest, ABucketGetsTheRecordsThemselves) {
  constexpr auto kBucket = "arn:aws:s3:::b";
  targets_.destinations.try_emplace(kBucket);
  create_table();
  create_mapping([&](auto& mapping) {
    mapping.retry_attempts = 0;
    mapping.on_failure = kBucket;
  });
  put("a", 1);
  start();
  finish(failed());
  const std::string document = targets_.destinations[kBucket].calls.front().event;
  EXPECT_NE(document.find(R"(,"payload":"{\"Records\":[{\"eventID\":)"), std::string::npos) << document;
}

TEST_F(TriggersTest, WhatTheStreamHasLostIsGivenUp) {
  create_table();
  create_mapping();
  put("a", 1);
  start();
  finish(failed());
  run_after(24h);
  EXPECT_TRUE(function().calls.empty());
  EXPECT_EQ(triggers_->stats().discarded, 1U);
}

}  // namespace
}  // namespace stator::lambda
