#include <chrono>
#include <random>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/random.h"
#include "codec/change_record.h"
#include "codec/client_token_record.h"
#include "codec/event_source_mapping_record.h"
#include "codec/item_record.h"
#include "codec/table_record.h"
#include "model/value_writer.h"

namespace stator::codec {
namespace {

using namespace std::string_literals;
using model::Type;

std::string small_item() {
  model::MapWriter map;
  model::append_string(map.next("p"), "a");
  std::string out;
  map.finish(out);
  return out;
}

TEST(ItemRecord, ComesBackWithItsStamp) {
  const std::string item = small_item();
  std::string record;
  append_item_record(record, model::ValueView(item), 300'000);
  std::string stamp;
  append_big_endian(stamp, std::uint64_t{77});
  record.replace(kItemRecordCommitAt, stamp.size(), stamp);
  const auto read = read_item_record(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->commit.value, 77U);
  EXPECT_EQ(read->size, 300'000U);
  EXPECT_EQ(read->encoded_item, item);
  EXPECT_EQ(read->item.find("p")->bytes(), "a");
}

TEST(ItemRecord, OtherVersionsAndDamageAreCorruption) {
  std::string good;
  append_item_record(good, model::ValueView(small_item()), 2);
  for (std::size_t n = 0; n < good.size(); ++n) {
    const auto read = read_item_record(good.substr(0, n));
    ASSERT_FALSE(read) << n;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
  }
  EXPECT_FALSE(read_item_record(good + "x"));
  std::string other = good;
  other[0] = '\x02';
  const auto read = read_item_record(other);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
  EXPECT_EQ(read.error().message, "an item record has version 2; this program knows version 1");
  std::string no_map;
  append_item_record(no_map, model::ValueView("\x01"), 1);
  EXPECT_FALSE(read_item_record(no_map));
}

// An item with some of a few attributes, whose values come from few and are short or long.
std::string random_image(Random& random) {
  model::MapWriter map;
  for (char name = 'a'; name < 'f'; ++name) {
    if (random.next() % 4 == 0) continue;
    const std::size_t size = random.next() % 3 == 0 ? 200 : random.next() % 3;
    model::append_string(map.next(std::string(1, name)), std::string(size, random.next() % 2 == 0 ? 'x' : 'y'));
  }
  std::string out;
  map.finish(out);
  return out;
}

TEST(ChangeRecord, AnyTwoImagesComeBack) {
  SeededRandom random(1);
  std::size_t bytes = 0;
  std::size_t image_bytes = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string before = random_image(random);
    const std::string after = random_image(random);
    std::string record;
    append_change_record(record, {.kind = ChangeKind::kModify,
                                  .time = WallTime(std::chrono::microseconds(i)),
                                  .key = {},
                                  .old_image = model::ValueView(before),
                                  .new_image = model::ValueView(after)});
    std::string new_image;
    const auto read = read_change_record(record, new_image);
    ASSERT_TRUE(read) << i;
    ASSERT_EQ(read->old_image->encoded(), before) << i;
    ASSERT_EQ(read->new_image->encoded(), after) << i;
    bytes += record.size();
    image_bytes += before.size() + after.size();
  }
  EXPECT_LT(bytes, image_bytes);
}

TEST(ChangeRecord, VersionOneIsRead) {
  const std::string item = small_item();
  const std::string head = "\x01\x19\0\0\0\0\0\0\0\x05"s;
  const std::string record = head + item + item;
  std::string new_image;
  const auto read = read_change_record(record, new_image);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, ChangeKind::kModify);
  EXPECT_EQ(read->time, WallTime(std::chrono::microseconds(5)));
  EXPECT_EQ(read->old_image->encoded(), item);
  EXPECT_EQ(read->new_image->encoded(), item);
}

TEST(ChangeRecord, OtherVersionsAndDamageAreCorruption) {
  SeededRandom random(2);
  std::string before = "";
  std::string after = "";
  while (before.size() < 300) before = random_image(random);
  while (after.size() < 300 || after == before) after = random_image(random);
  std::string good;
  append_change_record(good, {.kind = ChangeKind::kModify,
                              .key = {},
                              .old_image = model::ValueView(before),
                              .new_image = model::ValueView(after)});
  const auto code_of = [](std::string_view record) {
    std::string new_image;
    const auto read = read_change_record(record, new_image);
    return read ? ErrorCode::kNone : read.error().code;
  };
  ASSERT_EQ(code_of(good), ErrorCode::kNone);
  for (std::size_t n = 0; n < 10 + before.size(); ++n)
    EXPECT_EQ(code_of(good.substr(0, n)), ErrorCode::kCorruption) << n;
  for (const char version : {'\0', '\x01', '\x03'}) {
    std::string other = good;
    other[0] = version;
    EXPECT_EQ(code_of(other), ErrorCode::kCorruption);
  }
  // More bytes of the old image than it has.
  const std::string head = good.substr(0, 10 + before.size());
  EXPECT_EQ(code_of(head + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01"), ErrorCode::kCorruption);
  EXPECT_EQ(code_of(head + "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), ErrorCode::kCorruption);
}

TEST(ClientTokenRecord, ComesBack) {
  const ClientTokenRecord record{.time = WallTime(std::chrono::microseconds(-1)),
                                 .digest = std::string(kRequestDigestBytes, 'd'),
                                 .item_sizes = {0, 409'600}};
  std::string bytes;
  append_client_token_record(bytes, record);
  const auto read = read_client_token_record(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->time, record.time);
  EXPECT_EQ(read->digest, record.digest);
  EXPECT_EQ(read->item_sizes, record.item_sizes);
}

TEST(ClientTokenRecord, OtherVersionsAndDamageAreCorruption) {
  std::string good;
  append_client_token_record(good, {.time = {}, .digest = std::string(kRequestDigestBytes, 'd'), .item_sizes = {300}});
  const std::string cases[] = {"", good.substr(0, 8), good.substr(0, 1 + 8 + 31), good.substr(0, good.size() - 1),
                               "\x02" + good.substr(1)};
  for (const std::string& bytes : cases) {
    const auto read = read_client_token_record(bytes);
    ASSERT_FALSE(read) << bytes.size();
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
  }
}

model::EventSourceMapping least_mapping() {
  model::EventSourceMapping mapping;
  mapping.uuid = "u";
  mapping.region = "r";
  mapping.stream_arn = "s";
  mapping.function_arn = "f";
  return mapping;
}

TEST(EventSourceMappingRecord, ComesBack) {
  const model::EventSourceMapping least = least_mapping();
  model::EventSourceMapping most = least;
  most.starting_position = model::StartingPosition::kLatest;
  most.after = {UINT64_MAX};
  most.enabled = false;
  most.batch_size = 10'000;
  most.batching_window_seconds = 300;
  most.parallelization_factor = 10;
  most.retry_attempts = INT32_MAX;
  most.record_age_seconds = INT32_MIN;
  most.bisect_batch_on_function_error = true;
  most.report_batch_item_failures = true;
  most.filters = {"", "{}", "{}"};
  most.on_failure = "arn";
  most.last_modified = WallTime(std::chrono::microseconds(-1));
  most.trigger = "t";
  for (const model::EventSourceMapping& mapping : {least, most}) {
    const auto back = decode_mapping(encode_mapping(mapping));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, mapping);
  }
}

TEST(EventSourceMappingRecord, OtherVersionsAndDamageAreCorruption) {
  const std::string good = encode_mapping(least_mapping());
  const struct {
    const char* name;
    std::string bytes;
    std::string want;
  } rows[] = {
      {"empty", "", "an event source mapping record is empty"},
      {"version", "\x02" + good.substr(1),
       "an event source mapping record has version 2; this program knows version 1"},
      {"cut", good.substr(0, good.size() - 1), "an event source mapping record is cut short"},
      {"lacks", good.substr(0, good.size() - 10), "an event source mapping record lacks field 17"},
      {"later field", good + "\x13\x01z",
       "an event source mapping record has a field of number 19, which this program does not know"},
      {"number", "\x01\x08\x08\x01\x01\x01\x01\x01\x01\x01\x01",
       "an event source mapping record has a damaged field 8"},
  };
  for (const auto& row : rows) {
    const auto read = decode_mapping(row.bytes);
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption) << row.name;
    EXPECT_EQ(read.error().message, row.want) << row.name;
  }
}

TEST(ProgressRecords, ComeBackOrAreCorruption) {
  for (const Checkpoint& checkpoint : {Checkpoint{}, Checkpoint{.next = {{UINT64_MAX}, 7}, .is_finished = true}}) {
    const std::string bytes = encode_checkpoint(checkpoint);
    const auto back = decode_checkpoint(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, checkpoint);
    const std::string before_flag = bytes.substr(0, bytes.size() - 1);
    for (const std::string& bad :
         {std::string(), before_flag, bytes + "x", before_flag + "\x02", "\x02" + bytes.substr(1)}) {
      EXPECT_FALSE(decode_checkpoint(bad));
    }
  }
  for (const auto result : {ProcessingResult::kNone, ProcessingResult::kOk, ProcessingResult::kFunctionFailed}) {
    const auto back = decode_processing_result(encode_processing_result(result));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, result);
  }
  for (const std::string_view bad : {"", "\x01", "\x01\x03", "\x02\x01", "\x01\x01\x01"}) {
    EXPECT_FALSE(decode_processing_result(bad));
  }
}

// Fields that operator== of Table would compare, if it had one.
void expect_same(const model::Table& a, const model::Table& b) {
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.region, b.region);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.attribute_definitions, b.attribute_definitions);
  EXPECT_EQ(a.billing_mode, b.billing_mode);
  EXPECT_EQ(a.throughput, b.throughput);
  EXPECT_EQ(a.on_demand_throughput, b.on_demand_throughput);
  EXPECT_EQ(a.table_class, b.table_class);
  EXPECT_EQ(a.deletion_protection, b.deletion_protection);
  EXPECT_EQ(a.tags, b.tags);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.last_pay_per_request, b.last_pay_per_request);
  EXPECT_EQ(a.throughput_changes, b.throughput_changes);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.status_until, b.status_until);
  EXPECT_EQ(a.last_index_number, b.last_index_number);
  EXPECT_EQ(a.indexes, b.indexes);
}

class TableRecordProperty : public ::testing::Test {
 protected:
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  bool coin() { return draw(2) == 0; }
  std::string text() {
    std::string out;
    for (std::uint64_t n = draw(20); n > 0; --n) out.push_back(static_cast<char>(draw(256)));
    return out;
  }
  std::int64_t integer() { return static_cast<std::int64_t>(random_() >> draw(64)); }
  WallTime time() { return WallTime(std::chrono::microseconds(integer())); }
  std::optional<WallTime> maybe_time() { return coin() ? std::optional(time()) : std::nullopt; }
  std::optional<std::int64_t> maybe_integer() { return coin() ? std::optional(integer()) : std::nullopt; }
  model::KeyAttribute attribute() {
    constexpr Type kTypes[] = {Type::kString, Type::kNumber, Type::kBinary};
    return {text(), kTypes[draw(3)]};
  }

  std::vector<model::KeyAttribute> attributes(std::uint64_t least, std::uint64_t most) {
    std::vector<model::KeyAttribute> out;
    for (std::uint64_t n = least + draw(most - least + 1); n > 0; --n) out.push_back(attribute());
    return out;
  }
  model::Index index(std::uint16_t number) {
    model::Index i;
    i.number.value = number;
    i.name = text();
    i.kind = static_cast<model::IndexKind>(draw(2));
    i.key = model::KeySchema(attributes(1, 4), attributes(0, 4));
    i.projection.type = static_cast<model::ProjectionType>(draw(3));
    for (std::uint64_t n = draw(4); n > 0; --n) i.projection.non_key_attributes.push_back(text());
    i.throughput = {integer(), integer()};
    i.throughput_changes = {maybe_time(), maybe_time(), integer()};
    if (coin()) i.on_demand_throughput = {maybe_integer(), maybe_integer()};
    i.backfilling = coin();
    i.status = static_cast<model::TableStatus>(draw(4));
    i.status_until = time();
    return i;
  }

  model::Table table() {
    model::Table t = table_without_indexes();
    for (std::uint64_t n = draw(4); n > 0; --n) {
      t.last_index_number.value = static_cast<std::uint16_t>(t.last_index_number.value + 1 + draw(16'000));
      t.indexes.push_back(index(t.last_index_number.value));
    }
    if (coin()) t.last_index_number.value = 65'535;
    return t;
  }
  model::Table table_without_indexes() {
    model::Table t;
    t.number.value = static_cast<std::uint32_t>(random_());
    t.region = text();
    t.name = text();
    t.id = text();
    t.arn = text();
    t.key = coin() ? model::KeySchema({attribute()}) : model::KeySchema({attribute()}, {attribute()});
    for (std::uint64_t n = draw(4); n > 0; --n) t.attribute_definitions.push_back(attribute());
    t.billing_mode = static_cast<model::BillingMode>(draw(2));
    t.throughput = {integer(), integer()};
    if (coin()) t.on_demand_throughput = {maybe_integer(), maybe_integer()};
    if (coin()) t.table_class = static_cast<model::TableClass>(draw(2));
    t.deletion_protection = coin();
    for (std::uint64_t n = draw(4); n > 0; --n) t.tags[text()] = text();
    t.created = time();
    t.last_pay_per_request = maybe_time();
    t.throughput_changes = {maybe_time(), maybe_time(), integer()};
    t.status = static_cast<model::TableStatus>(draw(4));
    t.status_until = time();
    return t;
  }

  std::mt19937_64 random_{42};
};

TEST_F(TableRecordProperty, EveryTableComesBack) {
  for (int i = 0; i < 2'000; ++i) {
    const model::Table t = table();
    const auto back = decode_table(encode_table(t));
    ASSERT_TRUE(back) << back.error().message;
    expect_same(*back, t);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(TableRecordProperty, DamageIsCorruptionAndNeverACrash) {
  for (int i = 0; i < 300; ++i) {
    const std::string required = encode_table(table_without_indexes());
    const auto cut = decode_table(required.substr(0, draw(required.size())));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::kCorruption);
    std::string damaged = encode_table(table());
    damaged[draw(damaged.size())] = static_cast<char>(draw(256));
    const auto read = decode_table(damaged);
    EXPECT_TRUE(read || read.error().code == ErrorCode::kCorruption);
  }
}

TEST_F(TableRecordProperty, WhatIsUnknownIsNamed) {
  const std::string good = encode_table(table_without_indexes());
  model::Table indexed = table_without_indexes();
  indexed.indexes = {index(2), index(2)};
  const struct {
    const char* name;
    std::string bytes;
    std::string want;
  } rows[] = {
      {"empty", "", "a table record is empty"},
      {"version", "\x02" + good.substr(1), "a table record has version 2; this program knows version 1"},
      {"later field", good + "\x63\x01z", "a table record has a field of number 99, which this program does not know"},
      {"field twice", good + good.substr(good.size() - 10), "a table record has field 21 out of its order"},
      {"field out of order", good + "\x02\x01r", "a table record has field 2 out of its order"},
      {"damaged field", "\x01\x01\x02zz", "a table record has a damaged field 1"},
      {"no fields", "\x01", "a table record lacks field 1"},
      {"cut", "\x01\x02\x05zz", "a table record is cut short"},
      {"cut index", good + "\x17\x03\x01\x02z", "an index of a table record is cut short"},
      {"later field of an index", good + "\x17\x03\x10\x01z",
       "an index of a table record has a field of number 16, which this program does not know"},
      {"no fields of an index", good + "\x17"s + '\0', "an index of a table record lacks field 1"},
      {"indexes out of order", encode_table(indexed), "a table record has a damaged field 23"},
  };
  for (const auto& row : rows) {
    const auto read = decode_table(row.bytes);
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption) << row.name;
    EXPECT_EQ(read.error().message, row.want) << row.name;
  }
}

}  // namespace
}  // namespace stator::codec
