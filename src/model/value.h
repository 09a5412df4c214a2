// Attribute values in Stator's one representation: the compact, canonical bytes of docs/formats/value.md. A request's
// JSON is turned into it once, items are stored in it, expressions are evaluated on it and answers are rendered from
// it; there is no tree.
//
// Canonical: map entries are in byte order of their names, set members ascending, numbers normalised. Two values are
// equal exactly if their bytes are.
//
// Views do not own: the bytes must outlive them. Every view is a value type and const-thread-safe. A view of
// malformed bytes (possible only if a disk lies) reads as shorter than it claims, never out of bounds.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "model/number.h"

namespace stator::model {

// The ten types; the number is the tag byte of the encoding.
enum class Type : std::uint8_t {
  kNull = 1,
  kBool = 2,
  kNumber = 3,
  kString = 4,
  kBinary = 5,
  kNumberSet = 6,
  kStringSet = 7,
  kBinarySet = 8,
  kList = 9,
  kMap = 10,
};

// "S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M": the wire's name.
[[nodiscard]] std::string_view type_name(Type type);
[[nodiscard]] std::optional<Type> type_from_name(std::string_view name);

// SS, NS or BS.
[[nodiscard]] constexpr bool is_set(Type type) {
  return type == Type::kStringSet || type == Type::kNumberSet || type == Type::kBinarySet;
}
// S, N or B: what has an order, and what keys are made of.
[[nodiscard]] constexpr bool is_scalar(Type type) {
  return type == Type::kString || type == Type::kNumber || type == Type::kBinary;
}

class ListView;
class SetView;
class MapView;

// One attribute value.
class ValueView {
 public:
  ValueView() = default;  // no value; only assignment and encoded() may be used
  // `encoded`: exactly one value, tag included.
  explicit ValueView(std::string_view encoded) : encoded_(encoded) {}

  [[nodiscard]] Type type() const { return static_cast<Type>(encoded_.front()); }
  [[nodiscard]] bool is(Type t) const { return type() == t; }
  [[nodiscard]] std::string_view encoded() const { return encoded_; }

  [[nodiscard]] bool boolean() const { return encoded_.size() > 1 && encoded_[1] != 0; }
  // The characters of an S or bytes of a B.
  [[nodiscard]] std::string_view bytes() const { return payload(); }
  // The ordered encoding of an N (number.h).
  [[nodiscard]] std::string_view encoded_number() const { return payload(); }
  [[nodiscard]] Number number() const { return Number::from_encoded(payload()); }
  [[nodiscard]] ListView list() const;
  [[nodiscard]] SetView set() const;
  [[nodiscard]] MapView map() const;

  friend bool operator==(ValueView a, ValueView b) { return a.encoded_ == b.encoded_; }

 private:
  // What follows the tag and the length.
  [[nodiscard]] std::string_view payload() const;

  std::string_view encoded_;
};

// S, N or B, both of the same type: the order of sort keys and of the comparators <, <=, >, >=, BETWEEN.
[[nodiscard]] std::strong_ordering compare_scalars(ValueView a, ValueView b);

// Takes one whole value off the front of `in`. False if it is malformed or cut short (nested values are not looked at).
[[nodiscard]] bool take_value(std::string_view& in, ValueView& value);

// True if `encoded` is one canonical value, nested at most `max_depth` deep (a scalar has depth 0). For bytes of
// doubtful origin; everything else may rely on it.
[[nodiscard]] bool is_well_formed(std::string_view encoded, int max_depth);

// The elements of a list, in order.
class ListView {
 public:
  class Iterator {
   public:
    using value_type = ValueView;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(std::string_view rest) : rest_(rest) { ++*this; }
    ValueView operator*() const { return value_; }
    Iterator& operator++() {
      if (!take_value(rest_, value_)) value_ = ValueView();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.value_.encoded().empty(); }

   private:
    std::string_view rest_;
    ValueView value_;
  };

  explicit ListView(std::string_view payload);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Iterator begin() const { return Iterator(elements_); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  // No value if index >= size().
  [[nodiscard]] std::optional<ValueView> at(std::size_t index) const;

 private:
  std::size_t size_ = 0;
  std::string_view elements_;
};

// The members of an SS, NS or BS, ascending: characters, ordered numbers, bytes.
class SetView {
 public:
  class Iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(std::string_view rest) : rest_(rest) { ++*this; }
    std::string_view operator*() const { return member_; }
    Iterator& operator++() {
      std::uint64_t n = 0;
      done_ = !take_varint(rest_, n) || !take_bytes(rest_, n, member_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.done_; }

   private:
    std::string_view rest_;
    std::string_view member_;
    bool done_ = true;
  };

  explicit SetView(std::string_view payload);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Iterator begin() const { return Iterator(members_); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] bool contains(std::string_view member) const;

 private:
  std::size_t size_ = 0;
  std::string_view members_;
};

// The entries of a map, in byte order of their names. An item is a map.
class MapView {
 public:
  struct Entry {
    std::string_view name;
    ValueView value;
  };

  class Iterator {
   public:
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(std::string_view rest) : rest_(rest) { ++*this; }
    const Entry& operator*() const { return entry_; }
    const Entry* operator->() const { return &entry_; }
    Iterator& operator++() {
      std::uint64_t n = 0;
      if (!take_varint(rest_, n) || !take_bytes(rest_, n, entry_.name) || !take_value(rest_, entry_.value)) {
        entry_.value = ValueView();
      }
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.entry_.value.encoded().empty(); }

   private:
    std::string_view rest_;
    Entry entry_;
  };

  MapView() = default;  // empty
  explicit MapView(std::string_view payload);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Iterator begin() const { return Iterator(entries_); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] std::optional<ValueView> find(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }

 private:
  std::size_t size_ = 0;
  std::string_view entries_;
};

// A value that owns its bytes.
class Value {
 public:
  Value() = default;  // no value
  explicit Value(std::string encoded) : encoded_(std::move(encoded)) {}
  explicit Value(ValueView view) : encoded_(view.encoded()) {}
  [[nodiscard]] ValueView view() const { return ValueView(encoded_); }
  [[nodiscard]] bool has_value() const { return !encoded_.empty(); }
  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::string encoded_;
};

}  // namespace stator::model
