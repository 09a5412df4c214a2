// The test vectors of docs/formats/keys.md and records.md.
#include <chrono>

#include <gtest/gtest.h>

#include "base/format_vectors.h"
#include "codec/change_record.h"
#include "codec/client_token_record.h"
#include "codec/event_source_mapping_record.h"
#include "codec/item_record.h"
#include "codec/keys.h"
#include "codec/stream_record.h"
#include "codec/table_record.h"
#include "model/value_writer.h"

namespace stator::codec {
namespace {

using namespace std::string_literals;
using model::Type;
using model::ValueView;

void expect_page(const std::string& page, const std::map<std::string, std::string>& written) {
  const auto vectors = read_format_vectors(page);
  for (const auto& [name, bytes] : written) {
    EXPECT_EQ(vectors.contains(name) ? vectors.at(name) : "not on the page", to_hex(bytes)) << name;
  }
  for (const auto& [name, bytes] : vectors) EXPECT_TRUE(written.contains(name)) << name << " is not tested";
}

std::string string_value(std::string_view v) {
  std::string out;
  model::append_string(out, v);
  return out;
}

std::string number_value(std::string_view text) {
  std::string out;
  model::append_number(out, model::Number::parse(text).value());
  return out;
}

std::string key_of(const std::string& encoded) {
  std::string out;
  append_key_value(out, ValueView(encoded));
  return out;
}

std::string item(bool with_sort_key) {
  model::MapWriter map;
  map.add("p", ValueView(string_value("a")));
  if (with_sort_key) map.add("s", ValueView(number_value("7")));
  std::string out;
  map.finish(out);
  return out;
}

std::string long_text_item(std::string_view key) {
  model::MapWriter map;
  map.add("p", ValueView(string_value(key)));
  map.add("t", ValueView(string_value("sixteen bytes...")));
  std::string out;
  map.finish(out);
  return out;
}

TEST(KeyFormat, VectorsOfTheDocumentation) {
  std::string binary;
  model::append_binary(binary, "\0\xff"s);
  const std::string short_item = item(false);
  const std::string long_item = item(true);
  const model::KeySchema partition_only({{"p", Type::kString}});
  const model::KeySchema with_sort({{"p", Type::kString}}, {{"s", Type::kNumber}});
  model::Table table;
  table.number = {1};
  table.key = with_sort;
  model::Index index;
  index.number = {2};
  index.key = model::KeySchema({{"s", Type::kNumber}});
  expect_page(STATOR_FORMATS "/keys.md",
              {
                  {"S a", key_of(string_value("a"))},
                  {"S empty", key_of(string_value(""))},
                  {"B 00ff", key_of(binary)},
                  {"N -12.5", key_of(number_value("-12.5"))},
                  {"meta format", meta_key("format")},
                  {"table eu T", table_key("eu", "T")},
                  {"counters 1 0", counters_key({1}, {0})},
                  {"stream eu T 1 ms", stream_key("eu", "T", WallTime(std::chrono::microseconds(1999)))},
                  {"shard 1 2 closed", shard_key({1}, {2}, ShardFact::kClosed)},
                  {"change 1 2 at 3 4", change_key({1}, {2}, {.commit = {3}, .place = 4})},
                  {"client token 7 eu t", client_token_key(7, "eu", "t")},
                  {"mapping eu s f", mapping_key("eu", "s", "f")},
                  {"checkpoint u 2", checkpoint_key("u", {2})},
                  {"item prefix 1 2", item_prefix({1}, {2})},
                  {"item prefix 1 2 0102030405060708", item_prefix({1}, {2}, 0x0102030405060708)},
                  {"item p: S a", item_key({1}, partition_only, ValueView(short_item).map())},
                  {"item p: S a, s: N 7", item_key({1}, with_sort, ValueView(long_item).map())},
                  {"entry 2 p: S a, s: N 7", entry_key(table, index, ValueView(long_item).map())},
              });
}

TEST(RecordFormat, VectorsOfTheDocumentation) {
  std::string record;
  append_item_record(record, ValueView(item(false)), 2);
  model::Table table;
  table.number = {1};
  table.region = "r";
  table.name = "t";
  table.id = "i";
  table.arn = "a";
  table.key = model::KeySchema({{"p", Type::kString}});
  table.throughput = {5, 6};
  model::Index index;
  index.number = {3};
  index.name = "x";
  index.key = model::KeySchema({{"a", Type::kString}, {"b", Type::kNumber}}, {{"c", Type::kBinary}});
  index.projection = {.type = model::ProjectionType::kInclude, .non_key_attributes = {"d"}};
  model::Table indexed = table;
  indexed.last_index_number = {3};
  indexed.indexes = {index};
  const std::string plain = encode_table(table);
  std::string token;
  append_client_token_record(token, {.time = WallTime(std::chrono::microseconds(1)),
                                     .digest = std::string(kRequestDigestBytes, '\xaa'),
                                     .item_sizes = {0, 300}});
  const WallTime instant(std::chrono::microseconds(1));
  const std::string key = item(false);
  std::string change;
  append_change_record(change, {.kind = ChangeKind::kRemove,
                                .origin = ChangeOrigin::kTimeToLive,
                                .time = instant,
                                .key = ValueView(key),
                                .old_image = {},
                                .new_image = {}});
  const std::string before = long_text_item("a");
  const std::string after = long_text_item("b");
  std::string delta;
  append_change_record(delta, {.kind = ChangeKind::kModify,
                               .time = instant,
                               .key = {},
                               .old_image = ValueView(before),
                               .new_image = ValueView(after)});
  const model::Shard shard{.number = {2}, .parent = ShardNumber{1}, .first_hash = 3, .last_hash = 4, .opened = instant};
  const model::EventSourceMapping mapping{.uuid = "u",
                                          .region = "r",
                                          .stream_arn = "s",
                                          .function_arn = "f",
                                          .starting_position = model::StartingPosition::kLatest,
                                          .after = {5},
                                          .enabled = false,
                                          .batch_size = 1,
                                          .batching_window_seconds = 2,
                                          .parallelization_factor = 3,
                                          .retry_attempts = 4,
                                          .record_age_seconds = 5,
                                          .bisect_batch_on_function_error = true,
                                          .report_batch_item_failures = true,
                                          .filters = {"p"},
                                          .on_failure = "d",
                                          .last_modified = instant,
                                          .trigger = "t"};
  const Checkpoint checkpoint{.next = {.commit = {3}, .place = 4}, .is_finished = true};
  expect_page(STATOR_FORMATS "/records.md",
              {{"item", record},
               {"table", plain},
               {"table, indexed", encode_table(indexed)},
               {"client token", token},
               {"change", change},
               {"change, delta", delta},
               {"shard opened", encode_shard_opening(shard)},
               {"event source mapping", encode_mapping(mapping)},
               {"checkpoint", encode_checkpoint(checkpoint)},
               {"processing result", encode_processing_result(ProcessingResult::kFunctionFailed)}});
}

}  // namespace
}  // namespace stator::codec
