// Streams and time: what expires, what is trimmed, what is found by its time. With a clock that stands still.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/describe_stream.h"
#include "ops/get_records.h"
#include "ops/get_shard_iterator.h"
#include "ops/list_streams.h"
#include "ops/table_fixture_for_tests.h"
#include "storage/streams.h"

namespace stator::ops {
namespace {

using api::ShardIteratorType;
using model::StreamViewType;

class StreamOperationsTest : public TableOperationsTest {
 protected:
  // A table of one shard.
  void make_table() {
    api::CreateTable::Request request = provisioned("Music");
    request.stream = StreamViewType::kKeysOnly;
    const auto created = execute(request);
    ASSERT_TRUE(created);
    arn_ = model::stream_arn(created->table.arn, created->table.stream->created);
    shard_ = execute(api::DescribeStream::Request{.stream_arn = arn_})->shards.at(0).id;
  }

  void disable() { ASSERT_TRUE(execute(api::UpdateTable::Request{.table_name = "Music", .disable_stream = true})); }

  api::GetShardIterator::Request at(ShardIteratorType type, std::string number = "") const {
    return {.stream_arn = arn_, .shard_id = shard_, .type = type, .sequence_number = std::move(number)};
  }
  std::string iterator(ShardIteratorType type = ShardIteratorType::kTrimHorizon) {
    const auto answer = execute(at(type));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? answer->iterator : "";
  }
  std::string iterator_at(WallTime time) {
    api::GetShardIterator::Request request = at(ShardIteratorType::kAtTimestamp);
    request.timestamp = time;
    const auto answer = execute(request);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? answer->iterator : "";
  }

  // The keys of the records of one page.
  std::vector<std::string> keys(const std::string& from, std::size_t limit = 1000) {
    const auto page = execute(api::GetRecords::Request{.iterator = from, .limit = limit});
    EXPECT_TRUE(page) << page.error().message;
    std::vector<std::string> found;
    if (!page) return found;
    for (const api::StreamEvent& event : page->events) {
      found.emplace_back(model::ValueView(event.keys).map().find("pk")->bytes());
    }
    return found;
  }

  void trim(WallTime horizon) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::trim_streams(session, horizon));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }

  std::string arn_;
  std::string shard_;
};

using Keys = std::vector<std::string>;

TEST_F(StreamOperationsTest, AnIteratorLivesForFifteenMinutes) {
  make_table();
  put("Music", "a");
  const std::string from = iterator();
  clock_.advance(15min);
  EXPECT_EQ(keys(from), Keys{"a"});
  const auto page = execute(api::GetRecords::Request{.iterator = from});
  clock_.advance(1us);
  EXPECT_EQ(code(api::GetRecords::Request{.iterator = from}), ErrorCode::kExpiredIterator);
  EXPECT_EQ(outcome(api::GetRecords::Request{.iterator = from}),
            "Iterator expired. The iterator was created at time Tue Nov 14 22:13:20 UTC 2023 while right now it is Tue "
            "Nov 14 22:28:20 UTC 2023 which is further in the future than the tolerated delay of 900000 milliseconds.");
  // Each page's is as young as the page.
  EXPECT_EQ(keys(*page->next_iterator), Keys{});
}

TEST_F(StreamOperationsTest, WhatIsTrimmedCannotBeRead) {
  make_table();
  put("Music", "old");
  const std::string from = iterator();
  const auto old = execute(api::GetRecords::Request{.iterator = from});
  clock_.advance(1min);
  put("Music", "young");
  EXPECT_EQ(keys(from), (Keys{"old", "young"}));
  trim(clock_.now());

  EXPECT_EQ(outcome(api::GetRecords::Request{.iterator = from}), "The data you are trying to access has been trimmed");
  EXPECT_EQ(code(api::GetRecords::Request{.iterator = from}), ErrorCode::kTrimmedDataAccess);
  const std::string& number = old->events.at(0).sequence_number;
  EXPECT_EQ(code(at(ShardIteratorType::kAtSequenceNumber, number)), ErrorCode::kTrimmedDataAccess);
  EXPECT_EQ(keys(iterator()), Keys{"young"});
  EXPECT_EQ(keys(iterator_at(clock_.now() - 1h)), Keys{"young"});
  // Who was past it reads on.
  EXPECT_EQ(keys(iterator(ShardIteratorType::kLatest)), Keys{});
}

TEST_F(StreamOperationsTest, ADisabledStreamIsReadToItsEndAndThenGone) {
  make_table();
  put("Music", "a");
  put("Music", "b");
  const std::string from = iterator();
  disable();
  const auto first = execute(api::GetRecords::Request{.iterator = from, .limit = 1});
  ASSERT_TRUE(first && first->next_iterator);
  const auto last = execute(api::GetRecords::Request{.iterator = *first->next_iterator, .limit = 1});
  ASSERT_TRUE(last);
  EXPECT_EQ(last->events.size(), 1U);
  EXPECT_FALSE(last->next_iterator);

  clock_.advance(10min);
  trim(clock_.now());
  EXPECT_EQ(outcome(api::GetRecords::Request{.iterator = from}),
            fmt::format("Requested resource not found: Stream: {} not found", arn_));
  EXPECT_EQ(code(api::DescribeStream::Request{.stream_arn = arn_}), ErrorCode::kResourceNotFound);
  EXPECT_TRUE(execute(api::ListStreams::Request{})->streams.empty());
  // The table still tells of it.
  const api::TableDescription table = described();
  ASSERT_TRUE(table.table.stream);
  EXPECT_FALSE(table.table.stream->enabled);
}

TEST_F(StreamOperationsTest, ATimeFindsTheFirstChangeThatIsNotOlder) {
  make_table();
  const WallTime start = clock_.now();
  Keys all;
  for (int i = 0; i < 50; ++i) {
    all.push_back(fmt::format("{:02}", i));
    put("Music", all.back());
    clock_.advance(i % 3 == 0 ? 700ms : 10s);
  }
  const auto from = [&](std::size_t i) { return Keys(all.begin() + static_cast<std::ptrdiff_t>(i), all.end()); };
  EXPECT_EQ(keys(iterator_at(start - 1h)), all);
  EXPECT_EQ(keys(iterator_at(clock_.now())), Keys{});
  WallTime time = start;
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(keys(iterator_at(time)), from(i)) << i;
    EXPECT_EQ(keys(iterator_at(time + 1us)), from(i + 1)) << i;
    time += i % 3 == 0 ? std::chrono::milliseconds(700) : std::chrono::milliseconds(10'000);
  }
  api::GetShardIterator::Request tomorrow = at(ShardIteratorType::kAtTimestamp);
  tomorrow.timestamp = clock_.now() + 24h;
  EXPECT_EQ(code(tomorrow), ErrorCode::kValidation);
}

TEST_F(StreamOperationsTest, LargePagesAreForAThreadThatMayWait) {
  make_table();
  for (int i = 0; i < 250; ++i) put("Music", fmt::format("{}", i));
  const std::string from = iterator();
  const auto run_on_a_loop = [&](std::size_t limit) {
    storage::Session session{.storage = *storage_, .wait = kv::Wait::kNever};
    Context context{
        .storage = *storage_, .session = session, .clock = clock_, .identity = identity_, .host = "localhost:8000"};
    return run(context, api::GetRecords::Request{.iterator = from, .limit = limit});
  };
  EXPECT_EQ(run_on_a_loop(200)->events.size(), 200U);
  const auto large = run_on_a_loop(201);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kWouldBlock);
  EXPECT_EQ(keys(from).size(), 250U);
}

TEST_F(StreamOperationsTest, TheDelayShowsAStreamComingAndGoing) {
  open(10s);
  make_table();
  const auto status = [&] { return execute(api::DescribeStream::Request{.stream_arn = arn_})->status; };
  EXPECT_EQ(status(), api::StreamStatus::kEnabling);
  clock_.advance(10s);
  EXPECT_EQ(status(), api::StreamStatus::kEnabled);
  disable();
  EXPECT_EQ(status(), api::StreamStatus::kDisabling);
  EXPECT_EQ(described().status, TableStatus::kUpdating);
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .enable_stream = StreamViewType::kNewImage}),
            "Attempt to change a resource which is still in use: Table is being updated: Music");
  EXPECT_EQ(outcome(to(9, 9)), "Attempt to change a resource which is still in use: Table is being updated: Music");
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .deletion_protection = false}), "ok");
  clock_.advance(10s);
  EXPECT_EQ(status(), api::StreamStatus::kDisabled);
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .enable_stream = StreamViewType::kNewImage}),
            "ok");
}

TEST_F(StreamOperationsTest, AStreamIsOfItsRegionAndAccount) {
  make_table();
  const auto refusal = [](std::string_view arn) {
    return fmt::format("Requested resource not found: Stream: {} not found", arn);
  };
  const std::string label = arn_.substr(arn_.rfind('/'));
  for (const std::string& other :
       {"arn:aws:dynamodb:us-east-1:123456789012:table/Music/stream" + label,
        "arn:aws:dynamodb:eu-west-2:000000000000:table/Music/stream" + label,
        "arn:aws:dynamodb:us-east-1:000000000000:table/Other/stream" + label,
        arn_of("Music") + "/stream/2001-01-01T00:00:00.000", arn_of("Music") + "/stream/x"}) {
    EXPECT_EQ(outcome(api::DescribeStream::Request{.stream_arn = other}), refusal(other));
  }
  identity_.region = "eu-west-2";
  EXPECT_EQ(outcome(api::DescribeStream::Request{.stream_arn = arn_}), refusal(arn_));
  EXPECT_TRUE(execute(api::ListStreams::Request{})->streams.empty());
}

}  // namespace
}  // namespace stator::ops
