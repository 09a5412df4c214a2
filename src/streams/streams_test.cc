// What streams tell of changes: sequence numbers, shard ids, iterators, events.
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "model/value_writer.h"
#include "streams/event.h"
#include "streams/sequence_number.h"
#include "streams/shard_id.h"
#include "streams/shard_iterator.h"

namespace stator::streams {
namespace {

using codec::ChangeKind;
using codec::LogPosition;
using model::StreamViewType;

constexpr std::string_view kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/Music";
constexpr WallTime kTime{std::chrono::milliseconds(1'571'767'321'804)};

LogPosition at(std::uint64_t commit, std::uint32_t place = 0) { return {.commit = {commit}, .place = place}; }

storage::StoredShard shard_of(std::uint64_t opening, std::optional<std::uint64_t> closing = {}) {
  storage::StoredShard shard;
  shard.opening.commit = {opening};
  shard.opening.shard = {.number = {7}, .parent = std::nullopt, .opened = kTime};
  if (closing) shard.closing = codec::ShardClosing{.commit = {*closing}};
  return shard;
}

TEST(SequenceNumberTest, RisesWithThePositionAndReadsBack) {
  const std::vector<LogPosition> rising = {
      at(0), at(0, 1), at(1), at(1, 99), at(1, UINT32_MAX), at(2), at(9'999), at(10'000), at(UINT64_MAX, UINT32_MAX)};
  std::string last;
  for (const LogPosition position : rising) {
    const std::string number = sequence_number(position);
    EXPECT_TRUE(number.size() >= 21 && number.size() <= 40) << number;
    EXPECT_EQ(number.find_first_not_of("0123456789"), std::string::npos) << number;
    EXPECT_LT(last, number);  // of one length: the order of the texts is that of the numbers
    EXPECT_EQ(parse_sequence_number(number), position) << number;
    last = number;
  }
}

TEST(SequenceNumberTest, ReadsNothingElse) {
  const std::string good = sequence_number(at(5, 1));
  const std::vector<std::pair<std::string_view, std::string>> rows = {
      {"empty", ""},
      {"short", good.substr(1)},
      {"long", good + "0"},
      {"other first digit", "2" + good.substr(1)},
      {"letter", good.substr(0, 30) + "a"},
      {"sign", good.substr(0, 21) + "-" + good.substr(22)},
      {"space", good.substr(0, 30) + " "},
      {"commit too large", "1" + std::string(20, '9') + good.substr(21)},
      {"place too large", good.substr(0, 21) + std::string(10, '9')},
      {"one of the service", "100000000027074219927"},
  };
  for (const auto& [name, text] : rows) EXPECT_FALSE(parse_sequence_number(text)) << name;
}

TEST(ShardIdTest, LooksAsTheServicesAndReadsBack) {
  const std::string id = shard_id(shard_of(1).shard());
  EXPECT_EQ(id, "shardId-00000001571767321804-00000007");
  EXPECT_EQ(parse_shard_id(id), ShardNumber{7});
  EXPECT_EQ(parse_shard_id("shardId-00000001571767321804-ffffffff"), ShardNumber{UINT32_MAX});

  const std::vector<std::pair<std::string_view, std::string>> rows = {
      {"empty", ""},
      {"long", id + "0"},
      {"short", id.substr(0, 36)},
      {"other name", "shardid-00000001571767321804-00000007"},
      {"upper case", "shardId-00000001571767321804-0000000A"},
      {"time is no number", "shardId-0000000157176732180x-00000007"},
      {"no hyphen", "shardId-00000001571767321804_00000007"},
  };
  for (const auto& [name, text] : rows) EXPECT_FALSE(parse_shard_id(text)) << name;
}

TEST(ShardIdTest, AChildStartsAfterItsParentsEnd) {
  const storage::StoredShard parent = shard_of(10, 20);
  const storage::StoredShard child = shard_of(20);
  EXPECT_FALSE(end_of(child));
  EXPECT_GT(start_of(child), *end_of(parent));
  EXPECT_LE(start_of(parent), *end_of(parent));
  // Of the shortest life there is.
  EXPECT_LE(start_of(shard_of(10, 11)), *end_of(shard_of(10, 11)));

  storage::StoredShard trimmed = parent;
  EXPECT_EQ(trim_horizon(trimmed), start_of(parent));
  trimmed.trimmed_to = at(15, 3);
  EXPECT_EQ(trim_horizon(trimmed), at(15, 3));
}

ShardIterator iterator_at(LogPosition next, std::uint32_t shard = 7) {
  return {.stream_arn = std::string(kTable) + "/stream/2019-10-22T18:02:01.576",
          .shard = {shard},
          .next = next,
          .made = kTime};
}

TEST(ShardIteratorTest, ReadsBack) {
  for (const ShardIterator& iterator :
       {iterator_at(at(0)), iterator_at(at(UINT64_MAX, UINT32_MAX), UINT32_MAX), iterator_at(at(5, 1), 1)}) {
    const std::string text = print(iterator);
    EXPECT_TRUE(text.starts_with(iterator.stream_arn + "|1|")) << text;
    EXPECT_EQ(parse_shard_iterator(text), iterator) << text;
  }
}

TEST(ShardIteratorTest, NoByteCanBeChanged) {
  const std::string good = print(iterator_at(at(1234, 5)));
  std::mt19937 chance(5);
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int step : {1, 32, static_cast<int>(chance() % 255) + 1}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ step);
      EXPECT_FALSE(parse_shard_iterator(bad)) << bad;
    }
    EXPECT_FALSE(parse_shard_iterator(good.substr(0, i))) << i;
    EXPECT_FALSE(parse_shard_iterator(good.substr(0, i) + good.substr(i + 1))) << i;
  }
  EXPECT_FALSE(parse_shard_iterator(good + "AAAA"));
}

TEST(ShardIteratorTest, GarbageIsNone) {
  std::mt19937 chance(6);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(chance() % 60, '\0');
    for (char& c : bytes) c = static_cast<char>(chance());
    std::string text = round % 2 == 0 ? std::string(kTable) + "|1|" : std::string();
    append_base64(text, bytes);
    EXPECT_FALSE(parse_shard_iterator(text)) << text;
    EXPECT_FALSE(parse_shard_iterator(bytes));
  }
}

// An item of strings.
std::string item(const std::vector<std::pair<std::string_view, std::string_view>>& attributes) {
  model::MapWriter map;
  for (const auto& [name, value] : attributes) model::append_string(map.next(name), value);
  std::string encoded;
  map.finish(encoded);
  return encoded;
}

TEST(EventIdTest, IsAlwaysTheSameAndOfOneChange) {
  const std::string id = event_id(kTable, {1}, at(5, 1));
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(id, event_id(kTable, {1}, at(5, 1)));
  EXPECT_NE(id, event_id(kTable, {2}, at(5, 1)));
  EXPECT_NE(id, event_id(kTable, {1}, at(6, 1)));
  EXPECT_NE(id, event_id(kTable, {1}, at(5, 2)));
  EXPECT_NE(id, event_id("arn:aws:dynamodb:us-east-1:000000000000:table/Other", {1}, at(5, 1)));
}

struct EventCase {
  std::string_view name;
  StreamViewType view;
  ChangeKind kind;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::size_t size;  // as DynamoDB's records of these changes have it
};

TEST(EventTest, ShowsWhatTheViewSaysAndCountsIt) {
  using enum StreamViewType;
  const std::string key = item({{"pk", "a"}, {"sk", "b"}});
  const std::string test = item({{"data", "test"}, {"pk", "a"}, {"sk", "b"}});
  const std::string hello = item({{"data", "hello"}, {"pk", "a"}, {"sk", "b"}});
  const EventCase rows[] = {
      {"keys only", kKeysOnly, ChangeKind::kInsert, {}, test, 6},
      {"keys only, removed", kKeysOnly, ChangeKind::kRemove, test, {}, 6},
      {"both, inserted", kNewAndOldImages, ChangeKind::kInsert, {}, test, 20},
      {"both, modified", kNewAndOldImages, ChangeKind::kModify, test, hello, 35},
      {"both, removed", kNewAndOldImages, ChangeKind::kRemove, hello, {}, 21},
      {"new, inserted", kNewImage, ChangeKind::kInsert, {}, test, 20},
      {"new, removed", kNewImage, ChangeKind::kRemove, test, {}, 6},
      {"old, inserted", kOldImage, ChangeKind::kInsert, {}, test, 6},
      {"old, modified", kOldImage, ChangeKind::kModify, test, hello, 20},
      {"an item of its key alone", kNewImage, ChangeKind::kInsert, {}, key, 12},
  };
  for (const EventCase& row : rows) {
    const bool keeps_old = row.before && (row.view == kOldImage || row.view == kNewAndOldImages);
    const bool keeps_new = row.after && (row.view == kNewImage || row.view == kNewAndOldImages);
    codec::ChangeRecord change{.kind = row.kind, .time = kTime, .key = {}, .old_image = {}, .new_image = {}};
    if (keeps_old) change.old_image = model::ValueView(*row.before);
    if (keeps_new) change.new_image = model::ValueView(*row.after);
    if (!keeps_old && !keeps_new) change.key = model::ValueView(key);
    codec::StreamRecord stream;
    stream.region = "us-east-1";
    stream.table_arn = kTable;
    stream.view_type = row.view;
    stream.key = model::KeySchema({{"sk", model::Type::kString}}, {{"pk", model::Type::kString}});

    const api::StreamEvent event = event_of(stream, {1}, at(5, 1), change);
    EXPECT_EQ(event.keys, key) << row.name;
    EXPECT_EQ(event.old_image, keeps_old ? *row.before : "") << row.name;
    EXPECT_EQ(event.new_image, keeps_new ? *row.after : "") << row.name;
    EXPECT_EQ(event.size_bytes, row.size) << row.name;
    EXPECT_EQ(event.kind, row.kind) << row.name;
    EXPECT_EQ(event.region, "us-east-1") << row.name;
    EXPECT_EQ(event.sequence_number, sequence_number(at(5, 1))) << row.name;
  }
}

}  // namespace
}  // namespace stator::streams
