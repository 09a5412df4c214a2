#include "model/value.h"

#include <algorithm>
#include <array>

namespace stator::model {
namespace {

constexpr std::array<std::string_view, 11> kTypeNames = {"", "NULL", "BOOL", "N", "S", "B", "NS", "SS", "BS", "L", "M"};

bool is_type(std::uint8_t tag) { return tag >= 1 && tag < kTypeNames.size(); }

// The count that a container's payload begins with. No element is shorter than a byte, so a count above the bytes
// that are left is a lie.
std::size_t take_count(std::string_view& payload) {
  std::uint64_t count = 0;
  if (!take_varint(payload, count)) {
    payload = {};
    return 0;
  }
  return static_cast<std::size_t>(std::min<std::uint64_t>(count, payload.size()));
}

bool take_minimal_varint(std::string_view& in, std::uint64_t& v) {
  const std::size_t before = in.size();
  return take_varint(in, v) && before - in.size() == varint_size(v);
}

bool take_bytes_with_length(std::string_view& in, std::string_view& bytes) {
  std::uint64_t n = 0;
  return take_minimal_varint(in, n) && take_bytes(in, n, bytes);
}

bool check_value(std::string_view& in, int max_depth);

bool check_set(std::string_view in, bool numbers) {
  std::uint64_t count = 0;
  if (!take_minimal_varint(in, count)) return false;
  std::string_view before;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string_view member;
    if (!take_bytes_with_length(in, member)) return false;
    if (i > 0 && before >= member) return false;
    if (numbers && (member.empty() || Number::encoded_length(member) != member.size())) return false;
    before = member;
  }
  return in.empty();
}

bool check_elements(std::string_view in, bool named, int max_depth) {
  std::uint64_t count = 0;
  if (max_depth <= 0 || !take_minimal_varint(in, count)) return false;
  std::string_view before;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (named) {
      std::string_view name;
      if (!take_bytes_with_length(in, name)) return false;
      if (i > 0 && before >= name) return false;
      before = name;
    }
    if (!check_value(in, max_depth - 1)) return false;
  }
  return in.empty();
}

// Takes one canonical value off the front of `in`.
bool check_value(std::string_view& in, int max_depth) {
  if (in.empty() || !is_type(static_cast<std::uint8_t>(in.front()))) return false;
  const auto type = static_cast<Type>(in.front());
  in.remove_prefix(1);
  if (type == Type::kNull) return true;
  if (type == Type::kBool) {
    if (in.empty() || static_cast<std::uint8_t>(in.front()) > 1) return false;
    in.remove_prefix(1);
    return true;
  }
  std::string_view payload;
  if (!take_bytes_with_length(in, payload)) return false;
  switch (type) {
    case Type::kNumber:
      return !payload.empty() && Number::encoded_length(payload) == payload.size();
    case Type::kNumberSet:
    case Type::kStringSet:
    case Type::kBinarySet:
      return check_set(payload, type == Type::kNumberSet);
    case Type::kList:
    case Type::kMap:
      return check_elements(payload, type == Type::kMap, max_depth);
    default:
      return true;
  }
}

}  // namespace

std::string_view type_name(Type type) {
  const auto tag = static_cast<std::uint8_t>(type);
  return is_type(tag) ? kTypeNames[tag] : std::string_view();
}

std::optional<Type> type_from_name(std::string_view name) {
  for (std::uint8_t tag = 1; is_type(tag); ++tag) {
    if (kTypeNames[tag] == name) return static_cast<Type>(tag);
  }
  return std::nullopt;
}

std::string_view ValueView::payload() const {
  std::string_view in = encoded_;
  std::uint64_t n = 0;
  if (in.empty()) return {};
  in.remove_prefix(1);
  if (!take_varint(in, n)) return {};
  return in.substr(0, n);
}

ListView ValueView::list() const { return ListView(payload()); }
SetView ValueView::set() const { return SetView(payload()); }
MapView ValueView::map() const { return MapView(payload()); }

// Scalars of one type are in the order of their bytes: numbers are encoded so.
std::strong_ordering compare_scalars(ValueView a, ValueView b) { return a.bytes().compare(b.bytes()) <=> 0; }

bool take_value(std::string_view& in, ValueView& value) {
  if (in.empty() || !is_type(static_cast<std::uint8_t>(in.front()))) return false;
  const auto type = static_cast<Type>(in.front());
  std::string_view encoded;
  if (type == Type::kNull || type == Type::kBool) {
    if (!take_bytes(in, type == Type::kNull ? 1 : 2, encoded)) return false;
    value = ValueView(encoded);
    return true;
  }
  std::string_view rest = in.substr(1);
  std::uint64_t n = 0;
  if (!take_varint(rest, n) || n > rest.size()) return false;
  value = ValueView(in.substr(0, in.size() - rest.size() + n));
  in = rest.substr(n);
  return true;
}

bool is_well_formed(std::string_view encoded, int max_depth) {
  return check_value(encoded, max_depth) && encoded.empty();
}

ListView::ListView(std::string_view payload) : size_(take_count(payload)), elements_(payload) {}

std::optional<ValueView> ListView::at(std::size_t index) const {
  if (index >= size_) return std::nullopt;
  for (Iterator it = begin(); it != end(); ++it, --index) {
    if (index == 0) return *it;
  }
  return std::nullopt;
}

SetView::SetView(std::string_view payload) : size_(take_count(payload)), members_(payload) {}

bool SetView::contains(std::string_view member) const {
  for (const std::string_view m : *this) {
    const int order = m.compare(member);
    if (order >= 0) return order == 0;
  }
  return false;
}

MapView::MapView(std::string_view payload) : size_(take_count(payload)), entries_(payload) {}

std::optional<ValueView> MapView::find(std::string_view name) const {
  for (const Entry& entry : *this) {
    const int order = entry.name.compare(name);
    if (order >= 0) return order == 0 ? std::optional(entry.value) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace stator::model
