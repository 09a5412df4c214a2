#include "codec/table_record.h"

#include <array>
#include <bitset>

#include <fmt/format.h>

#include "base/bytes.h"

namespace stator::codec {
namespace {

using model::KeyAttribute;
using model::Table;

constexpr std::uint8_t kVersion = 1;

// Numbers are for ever: a field that is given up keeps its number.
enum class Field : std::uint8_t {
  kNumber = 1,
  kRegion = 2,
  kName = 3,
  kId = 4,
  kArn = 5,
  kPartitionKey = 6,
  kSortKey = 7,
  kAttributeDefinition = 8,  // may stand several times
  kBillingMode = 9,
  kThroughput = 10,
  kOnDemandThroughput = 11,
  kTableClass = 12,
  kDeletionProtection = 13,
  kTag = 14,  // may stand several times
  kCreated = 15,
  kLastPayPerRequest = 16,
  kLastIncrease = 17,
  kLastDecrease = 18,
  kDecreasesToday = 19,
  kStatus = 20,
  kStatusUntil = 21,
};
constexpr std::size_t kFields = 22;
constexpr std::array kRequired = {Field::kNumber,
                                  Field::kRegion,
                                  Field::kName,
                                  Field::kId,
                                  Field::kArn,
                                  Field::kPartitionKey,
                                  Field::kBillingMode,
                                  Field::kThroughput,
                                  Field::kDeletionProtection,
                                  Field::kCreated,
                                  Field::kDecreasesToday,
                                  Field::kStatus,
                                  Field::kStatusUntil};

constexpr std::uint8_t kHasMaxRead = 1;
constexpr std::uint8_t kHasMaxWrite = 2;

void append_signed(std::string& out, std::int64_t v) { append_big_endian(out, static_cast<std::uint64_t>(v)); }

class FieldWriter {
 public:
  FieldWriter() { out_.push_back(static_cast<char>(kVersion)); }

  void bytes(Field field, std::string_view v) {
    append_varint(out_, static_cast<std::uint64_t>(field));
    append_varint(out_, v.size());
    out_.append(v);
  }
  void byte(Field field, std::uint8_t v) { bytes(field, std::string(1, static_cast<char>(v))); }
  void integer(Field field, std::int64_t v) {
    std::string value;
    append_signed(value, v);
    bytes(field, value);
  }
  void time(Field field, WallTime v) { integer(field, v.time_since_epoch().count()); }
  void time(Field field, const std::optional<WallTime>& v) {
    if (v) time(field, *v);
  }
  void attribute(Field field, const KeyAttribute& v) {
    std::string value(1, static_cast<char>(v.type));
    value.append(v.name);
    bytes(field, value);
  }
  std::string finish() && { return std::move(out_); }

 private:
  std::string out_;
};

std::string on_demand_bytes(const model::OnDemandThroughput& v) {
  const int flags = (v.max_read_units ? kHasMaxRead : 0) | (v.max_write_units ? kHasMaxWrite : 0);
  std::string out(1, static_cast<char>(flags));
  if (v.max_read_units) append_signed(out, *v.max_read_units);
  if (v.max_write_units) append_signed(out, *v.max_write_units);
  return out;
}

// Each read_ function reads a field's whole value; false if it is not one.

bool take_signed(std::string_view& in, std::int64_t& v) {
  std::string_view bytes;
  if (!take_bytes(in, sizeof v, bytes)) return false;
  v = static_cast<std::int64_t>(load_big_endian<std::uint64_t>(bytes));
  return true;
}

bool read_integer(std::string_view in, std::int64_t& v) { return take_signed(in, v) && in.empty(); }

bool read_text(std::string_view in, std::string& v) {
  v = in;
  return true;
}

bool read_number(std::string_view in, TableNumber& v) {
  if (in.size() != sizeof v.value) return false;
  v.value = load_big_endian<std::uint32_t>(in);
  return true;
}

bool read_flag(std::string_view in, bool& v) {
  v = in == "\x01";
  return v || in == std::string_view("\0", 1);
}

template <class Enum>
bool read_enum(std::string_view in, Enum last, Enum& v) {
  if (in.size() != 1 || static_cast<std::uint8_t>(in.front()) > static_cast<std::uint8_t>(last)) return false;
  v = static_cast<Enum>(in.front());
  return true;
}

bool read_time(std::string_view in, WallTime& v) {
  std::int64_t micros = 0;
  if (!read_integer(in, micros)) return false;
  v = WallTime(std::chrono::microseconds(micros));
  return true;
}

bool read_attribute(std::string_view in, KeyAttribute& v) {
  if (in.empty()) return false;
  v.type = static_cast<model::Type>(in.front());
  v.name = in.substr(1);
  return v.type == model::Type::kString || v.type == model::Type::kNumber || v.type == model::Type::kBinary;
}

// Gives the attribute to `add`.
bool read_attribute(std::string_view in, const auto& add) {
  KeyAttribute attribute;
  if (!read_attribute(in, attribute)) return false;
  add(std::move(attribute));
  return true;
}

bool read_throughput(std::string_view in, model::Throughput& v) {
  return take_signed(in, v.read_units) && read_integer(in, v.write_units);
}

bool read_on_demand(std::string_view in, model::OnDemandThroughput& v) {
  if (in.empty()) return false;
  const auto flags = static_cast<std::uint8_t>(in.front());
  in.remove_prefix(1);
  if ((flags & kHasMaxRead) != 0 && !take_signed(in, v.max_read_units.emplace())) return false;
  if ((flags & kHasMaxWrite) != 0 && !take_signed(in, v.max_write_units.emplace())) return false;
  return in.empty() && flags <= (kHasMaxRead | kHasMaxWrite);
}

bool read_tag(std::string_view in, model::Tags& tags) {
  std::uint64_t n = 0;
  std::string_view key;
  return take_varint(in, n) && take_bytes(in, n, key) && tags.emplace(key, in).second;
}

bool read_field(Field field, std::string_view in, Table& table) {
  switch (field) {
    case Field::kNumber:
      return read_number(in, table.number);
    case Field::kRegion:
      return read_text(in, table.region);
    case Field::kName:
      return read_text(in, table.name);
    case Field::kId:
      return read_text(in, table.id);
    case Field::kArn:
      return read_text(in, table.arn);
    case Field::kPartitionKey:
      return read_attribute(in, [&](KeyAttribute a) { table.key.add_partition(std::move(a)); });
    case Field::kSortKey:
      return read_attribute(in, [&](KeyAttribute a) { table.key.add_sort(std::move(a)); });
    case Field::kAttributeDefinition:
      return read_attribute(in, table.attribute_definitions.emplace_back());
    case Field::kBillingMode:
      return read_enum(in, model::BillingMode::kPayPerRequest, table.billing_mode);
    case Field::kThroughput:
      return read_throughput(in, table.throughput);
    case Field::kOnDemandThroughput:
      return read_on_demand(in, table.on_demand_throughput.emplace());
    case Field::kTableClass:
      return read_enum(in, model::TableClass::kStandardInfrequentAccess, table.table_class.emplace());
    case Field::kDeletionProtection:
      return read_flag(in, table.deletion_protection);
    case Field::kTag:
      return read_tag(in, table.tags);
    case Field::kCreated:
      return read_time(in, table.created);
    case Field::kLastPayPerRequest:
      return read_time(in, table.last_pay_per_request.emplace());
    case Field::kLastIncrease:
      return read_time(in, table.throughput_changes.last_increase.emplace());
    case Field::kLastDecrease:
      return read_time(in, table.throughput_changes.last_decrease.emplace());
    case Field::kDecreasesToday:
      return read_integer(in, table.throughput_changes.decreases_today);
    case Field::kStatus:
      return read_enum(in, model::TableStatus::kDeleting, table.status);
    case Field::kStatusUntil:
      return read_time(in, table.status_until);
  }
  return false;
}

bool repeats(Field field) { return field == Field::kAttributeDefinition || field == Field::kTag; }

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::kCorruption, fmt::format("a table record {}", what));
}

}  // namespace

std::string encode_table(const Table& table) {
  FieldWriter out;
  std::string number;
  append_big_endian(number, table.number.value);
  out.bytes(Field::kNumber, number);
  out.bytes(Field::kRegion, table.region);
  out.bytes(Field::kName, table.name);
  out.bytes(Field::kId, table.id);
  out.bytes(Field::kArn, table.arn);
  for (const KeyAttribute& a : table.key.partition()) out.attribute(Field::kPartitionKey, a);
  for (const KeyAttribute& a : table.key.sort()) out.attribute(Field::kSortKey, a);
  for (const KeyAttribute& a : table.attribute_definitions) out.attribute(Field::kAttributeDefinition, a);
  out.byte(Field::kBillingMode, static_cast<std::uint8_t>(table.billing_mode));
  std::string throughput;
  append_signed(throughput, table.throughput.read_units);
  append_signed(throughput, table.throughput.write_units);
  out.bytes(Field::kThroughput, throughput);
  if (table.on_demand_throughput) out.bytes(Field::kOnDemandThroughput, on_demand_bytes(*table.on_demand_throughput));
  if (table.table_class) out.byte(Field::kTableClass, static_cast<std::uint8_t>(*table.table_class));
  out.byte(Field::kDeletionProtection, table.deletion_protection ? 1 : 0);
  for (const auto& [key, value] : table.tags) {
    std::string tag;
    append_varint(tag, key.size());
    out.bytes(Field::kTag, tag.append(key).append(value));
  }
  out.time(Field::kCreated, table.created);
  out.time(Field::kLastPayPerRequest, table.last_pay_per_request);
  out.time(Field::kLastIncrease, table.throughput_changes.last_increase);
  out.time(Field::kLastDecrease, table.throughput_changes.last_decrease);
  out.integer(Field::kDecreasesToday, table.throughput_changes.decreases_today);
  out.byte(Field::kStatus, static_cast<std::uint8_t>(table.status));
  out.time(Field::kStatusUntil, table.status_until);
  return std::move(out).finish();
}

Result<Table> decode_table(std::string_view bytes) {
  if (bytes.empty()) return corrupt("is empty");
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kVersion) {
    return corrupt(fmt::format("has version {}; this program knows version {}", version, kVersion));
  }
  bytes.remove_prefix(1);
  Table table;
  std::bitset<kFields> seen;
  std::uint64_t before = 0;
  while (!bytes.empty()) {
    std::uint64_t number = 0;
    std::uint64_t size = 0;
    std::string_view value;
    if (!take_varint(bytes, number) || !take_varint(bytes, size) || !take_bytes(bytes, size, value)) {
      return corrupt("is cut short");
    }
    if (number == 0 || number >= kFields) {
      return corrupt(fmt::format("has a field of number {}, which this program does not know", number));
    }
    const auto field = static_cast<Field>(number);
    if (number < before || (number == before && !repeats(field))) {
      return corrupt(fmt::format("has field {} out of its order", number));
    }
    if (!read_field(field, value, table)) return corrupt(fmt::format("has a damaged field {}", number));
    seen.set(number);
    before = number;
  }
  for (const Field field : kRequired) {
    const auto number = static_cast<std::size_t>(field);
    if (!seen.test(number)) return corrupt(fmt::format("lacks field {}", number));
  }
  return table;
}

}  // namespace stator::codec
