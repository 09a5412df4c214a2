#include "codec/fields.h"

#include <algorithm>
#include <bitset>

#include <fmt/format.h>

namespace stator::codec {
namespace {

using model::KeyAttribute;

constexpr std::uint8_t kHasMaxRead = 1;
constexpr std::uint8_t kHasMaxWrite = 2;

void append_signed(std::string& out, std::int64_t v) { append_big_endian(out, static_cast<std::uint64_t>(v)); }

bool take_signed(std::string_view& in, std::int64_t& v) {
  std::string_view bytes;
  if (!take_bytes(in, sizeof v, bytes)) return false;
  v = static_cast<std::int64_t>(load_big_endian<std::uint64_t>(bytes));
  return true;
}

bool holds(std::span<const std::uint8_t> numbers, std::uint64_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

}  // namespace

void FieldWriter::bytes(std::uint8_t field, std::string_view v) {
  append_varint(out_, field);
  append_varint(out_, v.size());
  out_.append(v);
}

void FieldWriter::integer(std::uint8_t field, std::int64_t v) { number(field, static_cast<std::uint64_t>(v)); }

void FieldWriter::time(std::uint8_t field, const std::optional<WallTime>& v) {
  if (v) time(field, *v);
}

void FieldWriter::attributes(std::uint8_t field, std::span<const KeyAttribute> v) {
  for (const KeyAttribute& attribute : v) bytes(field, static_cast<char>(attribute.type) + attribute.name);
}

void FieldWriter::throughput(std::uint8_t field, const model::Throughput& v) {
  std::string value;
  append_signed(value, v.read_units);
  append_signed(value, v.write_units);
  bytes(field, value);
}

void FieldWriter::on_demand(std::uint8_t field, const std::optional<model::OnDemandThroughput>& v) {
  if (!v) return;
  const int flags = (v->max_read_units ? kHasMaxRead : 0) | (v->max_write_units ? kHasMaxWrite : 0);
  std::string value(1, static_cast<char>(flags));
  if (v->max_read_units) append_signed(value, *v->max_read_units);
  if (v->max_write_units) append_signed(value, *v->max_write_units);
  bytes(field, value);
}

bool read_text(std::string_view in, std::string& v) {
  v = in;
  return true;
}

bool read_integer(std::string_view in, std::int64_t& v) { return take_signed(in, v) && in.empty(); }

bool read_flag(std::string_view in, bool& v) {
  v = in == "\x01";
  return v || in == std::string_view("\0", 1);
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

bool read_partition_attribute(std::string_view in, model::KeySchema& v) {
  KeyAttribute attribute;
  if (!read_attribute(in, attribute)) return false;
  v.add_partition(std::move(attribute));
  return true;
}

bool read_sort_attribute(std::string_view in, model::KeySchema& v) {
  KeyAttribute attribute;
  if (!read_attribute(in, attribute)) return false;
  v.add_sort(std::move(attribute));
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

Result<void> read_fields(std::string_view bytes, const FieldRules& rules,
                         const std::function<Result<bool>(std::uint8_t, std::string_view)>& read) {
  std::bitset<256> seen;
  std::uint64_t before = 0;
  while (!bytes.empty()) {
    std::uint64_t number = 0;
    std::uint64_t size = 0;
    std::string_view value;
    if (!take_varint(bytes, number) || !take_varint(bytes, size) || !take_bytes(bytes, size, value)) {
      return fail_list(rules, "is cut short");
    }
    if (number == 0 || number > rules.last) {
      return fail_list(rules, fmt::format("has a field of number {}, which this program does not know", number));
    }
    if (number < before || (number == before && !holds(rules.repeating, number))) {
      return fail_list(rules, fmt::format("has field {} out of its order", number));
    }
    TRY_ASSIGN(const bool sound, read(static_cast<std::uint8_t>(number), value));
    if (!sound) return fail_list(rules, fmt::format("has a damaged field {}", number));
    seen.set(number);
    before = number;
  }
  for (const std::uint8_t number : rules.required) {
    if (!seen.test(number)) return fail_list(rules, fmt::format("lacks field {}", number));
  }
  return {};
}

std::unexpected<Error> fail_list(const FieldRules& rules, std::string_view what) {
  return fail(ErrorCode::kCorruption, fmt::format("{} {}", rules.list, what));
}

}  // namespace stator::codec
