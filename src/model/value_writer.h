// Writing the encoding of docs/formats/value.md: scalars append at once; containers gather their parts and append
// them in canonical order when finished.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/value.h"

namespace stator::model {

void append_null(std::string& out);
void append_bool(std::string& out, bool v);
void append_number(std::string& out, const Number& v);
void append_string(std::string& out, std::string_view v);
void append_binary(std::string& out, std::string_view v);
inline void append_value(std::string& out, ValueView v) { out.append(v.encoded()); }

class ListWriter {
 public:
  // Append exactly one value to the returned string before the next call.
  std::string& next() {
    ++size_;
    return elements_;
  }
  void add(ValueView v) { append_value(next(), v); }
  [[nodiscard]] std::size_t size() const { return size_; }
  void finish(std::string& out) const;
  // Empty again, with its memory kept.
  void clear() {
    elements_.clear();
    size_ = 0;
  }

 private:
  std::string elements_;
  std::size_t size_ = 0;
};

class SetWriter {
 public:
  // `type` is kStringSet, kNumberSet or kBinarySet.
  explicit SetWriter(Type type) : type_(type) {}
  // A member as SetView yields it. Copied.
  void add(std::string_view member);
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  // Appends the set. A member added twice is written once; true if there was none such.
  bool finish(std::string& out);
  // Empty again and of the type `type`, with its memory kept.
  void clear(Type type) {
    type_ = type;
    bytes_.clear();
    members_.clear();
  }

 private:
  struct Span {
    std::size_t begin;
    std::size_t size;
  };
  Type type_;
  std::string bytes_;
  std::vector<Span> members_;
};

class MapWriter {
 public:
  // Append exactly one value to the returned string before the next call. `name` is copied.
  std::string& next(std::string_view name);
  void add(std::string_view name, ValueView v) { append_value(next(name), v); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Appends the map. A name added twice keeps the last value; true if there was none such.
  bool finish(std::string& out);
  // Empty again, with its memory kept.
  void clear() {
    bytes_.clear();
    entries_.clear();
  }

 private:
  struct Span {
    std::size_t name_begin;
    std::size_t name_size;
    std::size_t value_begin;
    std::size_t value_end;
  };
  void close_entry();

  std::string bytes_;
  std::vector<Span> entries_;
};

}  // namespace stator::model
