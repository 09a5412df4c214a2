#include "codec/stream_record.h"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/fields.h"

namespace stator::codec {
namespace {

constexpr std::uint8_t kVersion = 1;

// Numbers are for ever: a field that is given up keeps its number.
enum Field : std::uint8_t {
  kTable = 1,
  kRegion = 2,
  kTableName = 3,
  kTableArn = 4,
  kViewType = 5,
  kCreated = 6,
  kDisabled = 7,
  kPartitionKey = 8,
  kSortKey = 9,
  kFirstShard = 10,
  kLastShard = 11,
};

constexpr std::uint8_t kRequired[] = {kTable,    kRegion,  kTableName,    kTableArn,
                                      kViewType, kCreated, kPartitionKey, kFirstShard};
constexpr FieldRules kRules{.list = "a stream record", .last = kLastShard, .required = kRequired};

Result<bool> read_field(std::uint8_t field, std::string_view in, StreamRecord& stream) {
  switch (static_cast<Field>(field)) {
    case kTable:
      return read_number(in, stream.table.value);
    case kRegion:
      return read_text(in, stream.region);
    case kTableName:
      return read_text(in, stream.table_name);
    case kTableArn:
      return read_text(in, stream.table_arn);
    case kViewType:
      return read_enum(in, model::StreamViewType::kNewAndOldImages, stream.view_type);
    case kCreated:
      return read_time(in, stream.created);
    case kDisabled:
      return read_time(in, stream.disabled.emplace());
    case kPartitionKey:
      return read_partition_attribute(in, stream.key);
    case kSortKey:
      return read_sort_attribute(in, stream.key);
    case kFirstShard:
      return read_number(in, stream.first_shard.value);
    case kLastShard:
      return read_number(in, stream.last_shard.emplace().value);
  }
  return false;
}

void append_time(std::string& out, WallTime time) {
  append_big_endian(out, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

template <std::unsigned_integral Rep>
bool take_integer(std::string_view& in, Rep& value) {
  std::string_view bytes;
  if (!take_bytes(in, sizeof value, bytes)) return false;
  value = load_big_endian<Rep>(bytes);
  return true;
}

bool take_time(std::string_view& in, WallTime& time) {
  std::uint64_t micros = 0;
  if (!take_integer(in, micros)) return false;
  time = WallTime(std::chrono::microseconds(static_cast<std::int64_t>(micros)));
  return true;
}

// Version and an empty stamp.
std::string begin_shard_record() {
  std::string out(1, static_cast<char>(kVersion));
  append_big_endian(out, std::uint64_t{0});
  return out;
}

bool take_version(std::string_view& in) {
  std::uint8_t version = 0;
  return take_integer(in, version) && version == kVersion;
}

std::unexpected<Error> corrupt_shard() {
  return fail(ErrorCode::kCorruption, "a record of a shard is damaged, or of another version");
}

}  // namespace

std::string encode_stream(const StreamRecord& stream) {
  FieldWriter out(std::string(1, static_cast<char>(kVersion)));
  out.number(kTable, stream.table.value);
  out.bytes(kRegion, stream.region);
  out.bytes(kTableName, stream.table_name);
  out.bytes(kTableArn, stream.table_arn);
  out.byte(kViewType, static_cast<std::uint8_t>(stream.view_type));
  out.time(kCreated, stream.created);
  out.time(kDisabled, stream.disabled);
  out.attributes(kPartitionKey, stream.key.partition());
  out.attributes(kSortKey, stream.key.sort());
  out.number(kFirstShard, stream.first_shard.value);
  if (stream.last_shard) out.number(kLastShard, stream.last_shard->value);
  return std::move(out).finish();
}

Result<StreamRecord> decode_stream(std::string_view bytes) {
  if (bytes.empty()) return fail_list(kRules, "is empty");
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kVersion) {
    return fail_list(kRules, fmt::format("has version {}; this program knows version {}", version, kVersion));
  }
  StreamRecord stream;
  TRY(read_fields(bytes.substr(1), kRules,
                  [&](std::uint8_t field, std::string_view value) { return read_field(field, value, stream); }));
  return stream;
}

std::string encode_shard_opening(const model::Shard& shard) {
  std::string out = begin_shard_record();
  append_time(out, shard.opened);
  append_big_endian(out, shard.parent.value_or(ShardNumber{}).value);
  append_big_endian(out, shard.first_hash);
  append_big_endian(out, shard.last_hash);
  return out;
}

std::string encode_shard_closing(WallTime closed) {
  std::string out = begin_shard_record();
  append_time(out, closed);
  return out;
}

std::string encode_shard_trimming(LogPosition position) {
  std::string out(1, static_cast<char>(kVersion));
  append_big_endian(out, position.commit.value);
  append_big_endian(out, position.place);
  return out;
}

Result<ShardOpening> decode_shard_opening(ShardNumber number, std::string_view bytes) {
  ShardOpening opening;
  opening.shard.number = number;
  ShardNumber parent;
  const bool is_read = take_version(bytes) && take_integer(bytes, opening.commit.value) &&
                       take_time(bytes, opening.shard.opened) && take_integer(bytes, parent.value) &&
                       take_integer(bytes, opening.shard.first_hash) && take_integer(bytes, opening.shard.last_hash);
  if (!is_read || !bytes.empty()) return corrupt_shard();
  if (parent != ShardNumber{}) opening.shard.parent = parent;
  return opening;
}

Result<ShardClosing> decode_shard_closing(std::string_view bytes) {
  ShardClosing closing;
  if (!take_version(bytes) || !take_integer(bytes, closing.commit.value) || !take_time(bytes, closing.closed) ||
      !bytes.empty()) {
    return corrupt_shard();
  }
  return closing;
}

Result<LogPosition> decode_shard_trimming(std::string_view bytes) {
  LogPosition position;
  if (!take_version(bytes) || !take_integer(bytes, position.commit.value) || !take_integer(bytes, position.place) ||
      !bytes.empty()) {
    return corrupt_shard();
  }
  return position;
}

}  // namespace stator::codec
