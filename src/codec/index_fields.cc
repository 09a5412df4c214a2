#include "codec/index_fields.h"

#include "codec/fields.h"

namespace stator::codec {
namespace {

using model::Index;

// Numbers are for ever: a field that is given up keeps its number.
enum Field : std::uint8_t {
  kNumber = 1,
  kName = 2,
  kKind = 3,
  kPartitionKey = 4,
  kSortKey = 5,
  kProjection = 6,
  kNonKeyAttribute = 7,
  kThroughput = 8,
  kOnDemandThroughput = 9,
  kLastIncrease = 10,
  kLastDecrease = 11,
  kDecreasesToday = 12,
  kBackfilling = 13,
  kStatus = 14,
  kStatusUntil = 15,
};

constexpr std::uint8_t kRequired[] = {kNumber,     kName,           kKind,        kPartitionKey, kProjection,
                                      kThroughput, kDecreasesToday, kBackfilling, kStatus,       kStatusUntil};
constexpr std::uint8_t kRepeating[] = {kPartitionKey, kSortKey, kNonKeyAttribute};
constexpr FieldRules kRules{
    .list = "an index of a table record", .last = kStatusUntil, .required = kRequired, .repeating = kRepeating};

bool read_field(std::uint8_t field, std::string_view in, Index& index) {
  switch (static_cast<Field>(field)) {
    case kNumber:
      return read_number(in, index.number.value);
    case kName:
      return read_text(in, index.name);
    case kKind:
      return read_enum(in, model::IndexKind::kExpiry, index.kind);
    case kPartitionKey:
      return read_partition_attribute(in, index.key);
    case kSortKey:
      return read_sort_attribute(in, index.key);
    case kProjection:
      return read_enum(in, model::ProjectionType::kInclude, index.projection.type);
    case kNonKeyAttribute:
      return read_text(in, index.projection.non_key_attributes.emplace_back());
    case kThroughput:
      return read_throughput(in, index.throughput);
    case kOnDemandThroughput:
      return read_on_demand(in, index.on_demand_throughput.emplace());
    case kLastIncrease:
      return read_time(in, index.throughput_changes.last_increase.emplace());
    case kLastDecrease:
      return read_time(in, index.throughput_changes.last_decrease.emplace());
    case kDecreasesToday:
      return read_integer(in, index.throughput_changes.decreases_today);
    case kBackfilling:
      return read_flag(in, index.backfilling);
    case kStatus:
      return read_enum(in, model::TableStatus::kDeleting, index.status);
    case kStatusUntil:
      return read_time(in, index.status_until);
  }
  return false;
}

}  // namespace

std::string encode_index(const Index& index) {
  FieldWriter out;
  out.number(kNumber, index.number.value);
  out.bytes(kName, index.name);
  out.byte(kKind, static_cast<std::uint8_t>(index.kind));
  out.attributes(kPartitionKey, index.key.partition());
  out.attributes(kSortKey, index.key.sort());
  out.byte(kProjection, static_cast<std::uint8_t>(index.projection.type));
  for (const std::string& name : index.projection.non_key_attributes) out.bytes(kNonKeyAttribute, name);
  out.throughput(kThroughput, index.throughput);
  out.on_demand(kOnDemandThroughput, index.on_demand_throughput);
  out.time(kLastIncrease, index.throughput_changes.last_increase);
  out.time(kLastDecrease, index.throughput_changes.last_decrease);
  out.integer(kDecreasesToday, index.throughput_changes.decreases_today);
  out.byte(kBackfilling, index.backfilling ? 1 : 0);
  out.byte(kStatus, static_cast<std::uint8_t>(index.status));
  out.time(kStatusUntil, index.status_until);
  return std::move(out).finish();
}

Result<Index> decode_index(std::string_view bytes) {
  Index index;
  TRY(read_fields(bytes, kRules, [&](std::uint8_t field, std::string_view value) -> Result<bool> {
    return read_field(field, value, index);
  }));
  return index;
}

}  // namespace stator::codec
