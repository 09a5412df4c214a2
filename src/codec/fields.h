// Lists of numbered fields, of which table records are made: docs/formats/records.md.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::codec {

// What the readers of one kind of list know of its fields, which are numbered from 1.
struct FieldRules {
  std::string_view list;  // what errors call it: "a table record"
  std::uint8_t last = 0;  // the highest number
  std::span<const std::uint8_t> required = {};
  std::span<const std::uint8_t> repeating = {};  // the others stand once
};

// Fields are to be written in the order of their numbers.
class FieldWriter {
 public:
  explicit FieldWriter(std::string begin = {}) : out_(std::move(begin)) {}

  void bytes(std::uint8_t field, std::string_view v);
  void byte(std::uint8_t field, std::uint8_t v) { bytes(field, std::string(1, static_cast<char>(v))); }
  template <std::unsigned_integral Rep>
  void number(std::uint8_t field, Rep v) {
    std::string value;
    append_big_endian(value, v);
    bytes(field, value);
  }
  void integer(std::uint8_t field, std::int64_t v);
  void time(std::uint8_t field, WallTime v) { integer(field, v.time_since_epoch().count()); }
  void time(std::uint8_t field, const std::optional<WallTime>& v);
  void attributes(std::uint8_t field, std::span<const model::KeyAttribute> v);
  void throughput(std::uint8_t field, const model::Throughput& v);
  void on_demand(std::uint8_t field, const std::optional<model::OnDemandThroughput>& v);
  std::string finish() && { return std::move(out_); }

 private:
  std::string out_;
};

// Each of these reads a field's whole value; false if it is not one.
[[nodiscard]] bool read_text(std::string_view in, std::string& v);
[[nodiscard]] bool read_integer(std::string_view in, std::int64_t& v);
[[nodiscard]] bool read_flag(std::string_view in, bool& v);
[[nodiscard]] bool read_time(std::string_view in, WallTime& v);
[[nodiscard]] bool read_attribute(std::string_view in, model::KeyAttribute& v);
[[nodiscard]] bool read_partition_attribute(std::string_view in, model::KeySchema& v);
[[nodiscard]] bool read_sort_attribute(std::string_view in, model::KeySchema& v);
[[nodiscard]] bool read_throughput(std::string_view in, model::Throughput& v);
[[nodiscard]] bool read_on_demand(std::string_view in, model::OnDemandThroughput& v);
template <class Enum>
[[nodiscard]] bool read_enum(std::string_view in, Enum last, Enum& v) {
  if (in.size() != 1 || static_cast<std::uint8_t>(in.front()) > static_cast<std::uint8_t>(last)) return false;
  v = static_cast<Enum>(in.front());
  return true;
}
template <std::unsigned_integral Rep>
[[nodiscard]] bool read_number(std::string_view in, Rep& v) {
  if (in.size() != sizeof v) return false;
  v = load_big_endian<Rep>(in);
  return true;
}

// Gives every field of the list to `read`: its number and its value. kCorruption if the list breaks its rules or `read`
// says false, which is that the value is damaged; an Error of `read` is handed on.
Result<void> read_fields(std::string_view bytes, const FieldRules& rules,
                         const std::function<Result<bool>(std::uint8_t, std::string_view)>& read);
// kCorruption: "<list> <what>".
[[nodiscard]] std::unexpected<Error> fail_list(const FieldRules& rules, std::string_view what);

}  // namespace stator::codec
