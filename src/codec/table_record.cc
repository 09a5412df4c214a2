#include "codec/table_record.h"

#include <utility>

#include <fmt/format.h>

#include "codec/fields.h"
#include "codec/index_fields.h"

namespace stator::codec {
namespace {

using model::Table;

constexpr std::uint8_t kVersion = 1;

// Numbers are for ever: a field that is given up keeps its number.
enum Field : std::uint8_t {
  kNumber = 1,
  kRegion = 2,
  kName = 3,
  kId = 4,
  kArn = 5,
  kPartitionKey = 6,
  kSortKey = 7,
  kAttributeDefinition = 8,
  kBillingMode = 9,
  kThroughput = 10,
  kOnDemandThroughput = 11,
  kTableClass = 12,
  kDeletionProtection = 13,
  kTag = 14,
  kCreated = 15,
  kLastPayPerRequest = 16,
  kLastIncrease = 17,
  kLastDecrease = 18,
  kDecreasesToday = 19,
  kStatus = 20,
  kStatusUntil = 21,
  kLastIndexNumber = 22,
  kIndex = 23,
  kStream = 24,
  kShard = 25,
  kLastShard = 26,
  kExpiry = 27,
};

constexpr std::uint8_t kRequired[] = {kNumber,
                                      kRegion,
                                      kName,
                                      kId,
                                      kArn,
                                      kPartitionKey,
                                      kBillingMode,
                                      kThroughput,
                                      kDeletionProtection,
                                      kCreated,
                                      kDecreasesToday,
                                      kStatus,
                                      kStatusUntil};
constexpr std::uint8_t kRepeating[] = {kAttributeDefinition, kTag, kIndex, kShard};
constexpr FieldRules kRules{.list = "a table record", .last = kExpiry, .required = kRequired, .repeating = kRepeating};

bool read_tag(std::string_view in, model::Tags& tags) {
  std::uint64_t n = 0;
  std::string_view key;
  return take_varint(in, n) && take_bytes(in, n, key) && tags.emplace(key, in).second;
}

Result<bool> read_index(std::string_view in, std::vector<model::Index>& indexes) {
  TRY_ASSIGN(model::Index index, decode_index(in));
  const bool ascends = indexes.empty() || indexes.back().number < index.number;
  indexes.push_back(std::move(index));
  return ascends;
}

// View type, whether it is enabled, created, first shard.
std::string encode_stream_fields(const model::StreamSpecification& stream) {
  std::string out;
  out.push_back(static_cast<char>(stream.view_type));
  out.push_back(stream.enabled ? '\1' : '\0');
  append_big_endian(out, static_cast<std::uint64_t>(stream.created.time_since_epoch().count()));
  append_big_endian(out, stream.first_shard.value);
  return out;
}

bool read_stream(std::string_view in, model::StreamSpecification& stream) {
  constexpr std::size_t kTimeAt = 2;
  constexpr std::size_t kShardAt = kTimeAt + sizeof(std::int64_t);
  return in.size() > kShardAt &&
         read_enum(in.substr(0, 1), model::StreamViewType::kNewAndOldImages, stream.view_type) &&
         read_flag(in.substr(1, 1), stream.enabled) &&
         read_time(in.substr(kTimeAt, kShardAt - kTimeAt), stream.created) &&
         read_number(in.substr(kShardAt), stream.first_shard.value);
}

// Number, parent or 0, hashes, opened.
std::string encode_shard(const model::Shard& shard) {
  std::string out;
  append_big_endian(out, shard.number.value);
  append_big_endian(out, shard.parent.value_or(ShardNumber{}).value);
  append_big_endian(out, shard.first_hash);
  append_big_endian(out, shard.last_hash);
  append_big_endian(out, static_cast<std::uint64_t>(shard.opened.time_since_epoch().count()));
  return out;
}

bool read_shard(std::string_view in, model::Shard& shard) {
  if (in.size() != 32) return false;
  ShardNumber parent;
  const bool is_read = read_number(in.substr(0, 4), shard.number.value) && read_number(in.substr(4, 4), parent.value) &&
                       read_number(in.substr(8, 8), shard.first_hash) &&
                       read_number(in.substr(16, 8), shard.last_hash) && read_time(in.substr(24), shard.opened);
  if (parent != ShardNumber{}) shard.parent = parent;
  return is_read;
}

Result<bool> read_field(std::uint8_t field, std::string_view in, Table& table) {
  switch (static_cast<Field>(field)) {
    case kNumber:
      return read_number(in, table.number.value);
    case kRegion:
      return read_text(in, table.region);
    case kName:
      return read_text(in, table.name);
    case kId:
      return read_text(in, table.id);
    case kArn:
      return read_text(in, table.arn);
    case kPartitionKey:
      return read_partition_attribute(in, table.key);
    case kSortKey:
      return read_sort_attribute(in, table.key);
    case kAttributeDefinition:
      return read_attribute(in, table.attribute_definitions.emplace_back());
    case kBillingMode:
      return read_enum(in, model::BillingMode::kPayPerRequest, table.billing_mode);
    case kThroughput:
      return read_throughput(in, table.throughput);
    case kOnDemandThroughput:
      return read_on_demand(in, table.on_demand_throughput.emplace());
    case kTableClass:
      return read_enum(in, model::TableClass::kStandardInfrequentAccess, table.table_class.emplace());
    case kDeletionProtection:
      return read_flag(in, table.deletion_protection);
    case kTag:
      return read_tag(in, table.tags);
    case kCreated:
      return read_time(in, table.created);
    case kLastPayPerRequest:
      return read_time(in, table.last_pay_per_request.emplace());
    case kLastIncrease:
      return read_time(in, table.throughput_changes.last_increase.emplace());
    case kLastDecrease:
      return read_time(in, table.throughput_changes.last_decrease.emplace());
    case kDecreasesToday:
      return read_integer(in, table.throughput_changes.decreases_today);
    case kStatus:
      return read_enum(in, model::TableStatus::kDeleting, table.status);
    case kStatusUntil:
      return read_time(in, table.status_until);
    case kLastIndexNumber:
      return read_number(in, table.last_index_number.value);
    case kIndex:
      return read_index(in, table.indexes);
    case kStream:
      return read_stream(in, table.stream.emplace());
    case kShard:
      return read_shard(in, table.shards.emplace_back());
    case kLastShard:
      return read_number(in, table.last_shard.value);
    case kExpiry: {
      TRY_ASSIGN(table.expiry, decode_index(in));
      return true;
    }
  }
  return false;
}

}  // namespace

std::string encode_table(const Table& table) {
  FieldWriter out(std::string(1, static_cast<char>(kVersion)));
  out.number(kNumber, table.number.value);
  out.bytes(kRegion, table.region);
  out.bytes(kName, table.name);
  out.bytes(kId, table.id);
  out.bytes(kArn, table.arn);
  out.attributes(kPartitionKey, table.key.partition());
  out.attributes(kSortKey, table.key.sort());
  out.attributes(kAttributeDefinition, table.attribute_definitions);
  out.byte(kBillingMode, static_cast<std::uint8_t>(table.billing_mode));
  out.throughput(kThroughput, table.throughput);
  out.on_demand(kOnDemandThroughput, table.on_demand_throughput);
  if (table.table_class) out.byte(kTableClass, static_cast<std::uint8_t>(*table.table_class));
  out.byte(kDeletionProtection, table.deletion_protection ? 1 : 0);
  for (const auto& [key, value] : table.tags) {
    std::string tag;
    append_varint(tag, key.size());
    out.bytes(kTag, tag.append(key).append(value));
  }
  out.time(kCreated, table.created);
  out.time(kLastPayPerRequest, table.last_pay_per_request);
  out.time(kLastIncrease, table.throughput_changes.last_increase);
  out.time(kLastDecrease, table.throughput_changes.last_decrease);
  out.integer(kDecreasesToday, table.throughput_changes.decreases_today);
  out.byte(kStatus, static_cast<std::uint8_t>(table.status));
  out.time(kStatusUntil, table.status_until);
  if (table.last_index_number.value != 0) out.number(kLastIndexNumber, table.last_index_number.value);
  for (const model::Index& index : table.indexes) out.bytes(kIndex, encode_index(index));
  if (table.stream) out.bytes(kStream, encode_stream_fields(*table.stream));
  for (const model::Shard& shard : table.shards) out.bytes(kShard, encode_shard(shard));
  if (table.last_shard != ShardNumber{}) out.number(kLastShard, table.last_shard.value);
  if (table.expiry) out.bytes(kExpiry, encode_index(*table.expiry));
  return std::move(out).finish();
}

Result<Table> decode_table(std::string_view bytes) {
  if (bytes.empty()) return fail_list(kRules, "is empty");
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kVersion) {
    return fail_list(kRules, fmt::format("has version {}; this program knows version {}", version, kVersion));
  }
  bytes.remove_prefix(1);
  Table table;
  TRY(read_fields(bytes, kRules,
                  [&](std::uint8_t field, std::string_view value) { return read_field(field, value, table); }));
  return table;
}

}  // namespace stator::codec
