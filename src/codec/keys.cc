#include "codec/keys.h"

#include <chrono>
#include <vector>

#include <xxhash.h>

#include "base/bytes.h"
#include "model/value_writer.h"

namespace stator::codec {
namespace {

using model::Type;

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xff';  // kEscape kEscapedZero: a zero byte
constexpr char kEnd = '\x01';          // kEscape kEnd: the end

void append_escaped(std::string& out, std::string_view bytes) {
  for (;;) {
    const std::size_t zero = bytes.find(kEscape);
    out.append(bytes.substr(0, zero));
    if (zero == std::string_view::npos) return;
    out.push_back(kEscape);
    out.push_back(kEscapedZero);
    bytes.remove_prefix(zero + 1);
  }
}

void append_terminated(std::string& out, std::string_view bytes) {
  append_escaped(out, bytes);
  out.push_back(kEscape);
  out.push_back(kEnd);
}

// Takes terminated bytes off the front of `in`.
bool take_terminated(std::string_view& in, std::string& bytes) {
  for (;;) {
    const std::size_t zero = in.find(kEscape);
    if (zero == std::string_view::npos || zero + 1 == in.size()) return false;
    const char next = in[zero + 1];
    bytes.append(in.substr(0, zero));
    in.remove_prefix(zero + 2);
    if (next == kEnd) return true;
    if (next != kEscapedZero) return false;
    bytes.push_back('\0');
  }
}

void append_key_space(std::string& out, KeySpace space) { out.push_back(static_cast<char>(space)); }

// space | table | index or shard
template <class Number>
std::string of_part(KeySpace space, TableNumber table, Number part) {
  std::string out;
  append_key_space(out, space);
  append_big_endian(out, table.value);
  append_big_endian(out, part.value);
  return out;
}

void append_attributes(std::string& out, std::span<const model::KeyAttribute> attributes, model::MapView item) {
  for (const model::KeyAttribute& attribute : attributes) append_key_value(out, *item.find(attribute.name));
}

constexpr std::size_t kHashAt = sizeof(KeySpace) + sizeof(TableNumber) + sizeof(IndexNumber);

// Writes the hash of the partition key, which is all that follows the hash.
void write_hash(std::string& key) {
  const std::uint64_t hash = big_endian(partition_hash(std::string_view(key).substr(kHashAt + sizeof hash)));
  key.replace(kHashAt, sizeof hash, reinterpret_cast<const char*>(&hash), sizeof hash);
}

}  // namespace

void append_key_value(std::string& out, model::ValueView value) {
  if (value.is(Type::kNumber)) {
    out.append(value.encoded_number());
  } else {
    append_terminated(out, value.bytes());
  }
}

void append_key_prefix(std::string& out, model::ValueView value) { append_escaped(out, value.bytes()); }

bool take_key_value(std::string_view& in, model::Type type, std::string& out) {
  if (type == Type::kNumber) {
    std::string_view number;
    const std::size_t length = model::Number::encoded_length(in);
    if (length == 0 || !take_bytes(in, length, number)) return false;
    out.push_back(static_cast<char>(type));
    append_varint(out, number.size());
    out.append(number);
    return true;
  }
  std::string bytes;
  if ((type != Type::kString && type != Type::kBinary) || !take_terminated(in, bytes)) return false;
  if (type == Type::kString) {
    model::append_string(out, bytes);
  } else {
    model::append_binary(out, bytes);
  }
  return true;
}

std::uint64_t partition_hash(std::string_view encoded_partition_key) {
  return XXH3_64bits(encoded_partition_key.data(), encoded_partition_key.size());
}

std::string item_prefix(TableNumber table, IndexNumber index) { return of_part(KeySpace::kItems, table, index); }

std::string item_prefix(TableNumber table, IndexNumber index, std::uint64_t hash) {
  std::string out = item_prefix(table, index);
  append_big_endian(out, hash);
  return out;
}

std::string partition_prefix(TableNumber table, IndexNumber index, std::span<const model::ValueView> partition) {
  std::string out = item_prefix(table, index, 0);
  for (const model::ValueView value : partition) append_key_value(out, value);
  write_hash(out);
  return out;
}

std::string item_key(TableNumber table, const model::KeySchema& schema, model::MapView item) {
  std::string out = of_part(KeySpace::kItems, table, IndexNumber{0});
  append_big_endian(out, std::uint64_t{0});
  append_attributes(out, schema.partition(), item);
  write_hash(out);
  append_attributes(out, schema.sort(), item);
  return out;
}

std::string entry_key(const model::Table& table, const model::Index& index, model::MapView item) {
  std::vector<model::ValueView> values;
  for (const model::KeyAttribute& attribute : index.key.attributes()) values.push_back(*item.find(attribute.name));
  for (const model::KeyAttribute& attribute : table.key.attributes()) values.push_back(*item.find(attribute.name));
  return entry_key(table.number, index, values);
}

std::string entry_key(TableNumber table, const model::Index& index, std::span<const model::ValueView> values) {
  std::size_t in_prefix = 0;
  std::string out;
  if (index.kind == model::IndexKind::kExpiry) {
    out = item_prefix(table, index.number, /*hash=*/0);
  } else {
    in_prefix = index.key.partition().size();
    out = partition_prefix(table, index.number, values.first(in_prefix));
  }
  for (const model::ValueView value : values.subspan(in_prefix)) append_key_value(out, value);
  return out;
}

std::string expiry_prefix(TableNumber table, IndexNumber index, std::int64_t seconds) {
  std::string value;
  model::append_number(value, model::Number::from_int(seconds));
  std::string out = item_prefix(table, index, /*hash=*/0);
  append_key_value(out, model::ValueView(value));
  return out;
}

std::string table_key(std::string_view region, std::string_view name) {
  std::string out;
  append_key_space(out, KeySpace::kTables);
  append_terminated(out, region);
  append_terminated(out, name);
  return out;
}

std::string counters_key(TableNumber table, IndexNumber index) { return of_part(KeySpace::kCounters, table, index); }

std::string backfill_key(TableNumber table, IndexNumber index) { return of_part(KeySpace::kBackfills, table, index); }

std::string client_token_prefix(std::uint32_t window) {
  std::string out;
  append_key_space(out, KeySpace::kClientTokens);
  append_big_endian(out, window);
  return out;
}

std::string client_token_key(std::uint32_t window, std::string_view region, std::string_view token) {
  std::string out = client_token_prefix(window);
  append_terminated(out, region);
  append_terminated(out, token);
  return out;
}

std::string streams_prefix(std::string_view region) {
  std::string out;
  append_key_space(out, KeySpace::kStreams);
  append_terminated(out, region);
  return out;
}

std::string streams_prefix(std::string_view region, std::string_view table_name) {
  std::string out = streams_prefix(region);
  append_terminated(out, table_name);
  return out;
}

std::string stream_key(std::string_view region, std::string_view table_name, WallTime created) {
  std::string out = streams_prefix(region, table_name);
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(created).time_since_epoch().count();
  append_big_endian(out, static_cast<std::uint64_t>(millis));
  return out;
}

std::string shard_key(TableNumber table, ShardNumber shard, ShardFact fact) {
  std::string out = of_part(KeySpace::kShards, table, shard);
  out.push_back(static_cast<char>(fact));
  return out;
}

std::pair<ShardNumber, ShardFact> fact_of_shard(std::string_view key) {
  constexpr std::size_t kShardAt = 1 + sizeof(std::uint32_t);
  return {{load_big_endian<std::uint32_t>(key.substr(kShardAt))}, static_cast<ShardFact>(key.back())};
}

std::uint64_t hash_of_item(std::string_view key) { return load_big_endian<std::uint64_t>(key.substr(kHashAt)); }

std::string changes_prefix(TableNumber table, ShardNumber shard) { return of_part(KeySpace::kChanges, table, shard); }

std::string change_key(TableNumber table, ShardNumber shard, LogPosition position) {
  std::string out = changes_prefix(table, shard);
  append_big_endian(out, position.commit.value);
  append_big_endian(out, position.place);
  return out;
}

TableNumber table_of_change(std::string_view key) { return {load_big_endian<std::uint32_t>(key.substr(1))}; }

LogPosition position_of_change(std::string_view key) {
  constexpr std::size_t kCommitAt = 1 + 2 * sizeof(std::uint32_t);
  return {.commit = {load_big_endian<std::uint64_t>(key.substr(kCommitAt))},
          .place = load_big_endian<std::uint32_t>(key.substr(kCommitAt + sizeof(std::uint64_t)))};
}

std::string collection_prefix(TableNumber table) {
  std::string out;
  append_key_space(out, KeySpace::kCollections);
  append_big_endian(out, table.value);
  return out;
}

std::string collection_key(const model::Table& table, model::MapView item) {
  std::string out = collection_prefix(table.number);
  append_attributes(out, table.key.partition(), item);
  return out;
}

std::string mappings_prefix(std::string_view region) {
  std::string out;
  append_key_space(out, KeySpace::kEventSourceMappings);
  if (!region.empty()) append_terminated(out, region);
  return out;
}

std::string mapping_key(std::string_view region, std::string_view stream_arn, std::string_view function_arn) {
  std::string out;
  append_key_space(out, KeySpace::kEventSourceMappings);
  append_terminated(out, region);
  append_terminated(out, stream_arn);
  append_terminated(out, function_arn);
  return out;
}

std::string checkpoints_prefix(std::string_view uuid) {
  std::string out;
  append_key_space(out, KeySpace::kCheckpoints);
  append_terminated(out, uuid);
  return out;
}

std::string checkpoint_key(std::string_view uuid, ShardNumber shard) {
  std::string out = checkpoints_prefix(uuid);
  append_big_endian(out, shard.value);
  return out;
}

ShardNumber shard_of_checkpoint(std::string_view key) {
  return {load_big_endian<std::uint32_t>(key.substr(key.size() - sizeof(std::uint32_t)))};
}

std::string meta_key(std::string_view name) {
  std::string out;
  append_key_space(out, KeySpace::kMeta);
  out.append(name);
  return out;
}

std::string after_prefix(std::string_view prefix) {
  const std::size_t last = prefix.find_last_not_of('\xff');
  if (last == std::string_view::npos) return {};
  std::string out(prefix.substr(0, last + 1));
  out.back() = static_cast<char>(static_cast<std::uint8_t>(out.back()) + 1);
  return out;
}

}  // namespace stator::codec
