#include "model/value_writer.h"

#include <algorithm>

namespace stator::model {
namespace {

void append_tag(std::string& out, Type type) { out.push_back(static_cast<char>(type)); }

void append_with_length(std::string& out, std::string_view bytes) {
  append_varint(out, bytes.size());
  out.append(bytes);
}

// What stands before the elements of a container.
void append_container(std::string& out, Type type, std::size_t count, std::size_t element_bytes) {
  const std::size_t size = varint_size(count) + element_bytes;
  out.reserve(std::max(out.capacity(), out.size() + 1 + varint_size(size) + size));
  append_tag(out, type);
  append_varint(out, size);
  append_varint(out, count);
}

}  // namespace

void append_null(std::string& out) { append_tag(out, Type::kNull); }

void append_bool(std::string& out, bool v) {
  append_tag(out, Type::kBool);
  out.push_back(v ? '\1' : '\0');
}

void append_number(std::string& out, const Number& v) {
  append_tag(out, Type::kNumber);
  const std::size_t length_at = out.size();
  out.push_back('\0');
  v.append_encoded(out);
  static_assert(kMaxEncodedNumberBytes < 0x80, "the length is one byte of varint");
  out[length_at] = static_cast<char>(out.size() - length_at - 1);
}

void append_string(std::string& out, std::string_view v) {
  append_tag(out, Type::kString);
  append_with_length(out, v);
}

void append_binary(std::string& out, std::string_view v) {
  append_tag(out, Type::kBinary);
  append_with_length(out, v);
}

void ListWriter::finish(std::string& out) const {
  append_container(out, Type::kList, size_, elements_.size());
  out.append(elements_);
}

void SetWriter::add(std::string_view member) {
  append_varint(bytes_, member.size());
  members_.push_back({bytes_.size(), member.size()});
  bytes_.append(member);
}

bool SetWriter::finish(std::string& out) {
  const auto member = [this](const Span& s) { return std::string_view(bytes_).substr(s.begin, s.size); };
  const auto not_ascending = [&](const Span& a, const Span& b) { return member(a) >= member(b); };
  if (std::ranges::adjacent_find(members_, not_ascending) == members_.end()) {
    append_container(out, type_, members_.size(), bytes_.size());
    out.append(bytes_);
    return true;
  }
  std::ranges::sort(members_, {}, member);
  const auto repeated = std::ranges::unique(members_, {}, member);
  const bool unique = repeated.empty();
  members_.erase(repeated.begin(), repeated.end());
  std::size_t bytes = 0;
  for (const Span& s : members_) bytes += varint_size(s.size) + s.size;
  append_container(out, type_, members_.size(), bytes);
  for (const Span& s : members_) append_with_length(out, member(s));
  return unique;
}

std::string& MapWriter::next(std::string_view name) {
  close_entry();
  append_varint(bytes_, name.size());
  const std::size_t name_begin = bytes_.size();
  bytes_.append(name);
  entries_.push_back({name_begin, name.size(), bytes_.size(), bytes_.size()});
  return bytes_;
}

void MapWriter::close_entry() {
  if (!entries_.empty()) entries_.back().value_end = bytes_.size();
}

bool MapWriter::finish(std::string& out) {
  close_entry();
  const auto name = [this](const Span& s) { return std::string_view(bytes_).substr(s.name_begin, s.name_size); };
  const auto not_ascending = [&](const Span& a, const Span& b) { return name(a) >= name(b); };
  if (std::ranges::adjacent_find(entries_, not_ascending) == entries_.end()) {
    append_container(out, Type::kMap, entries_.size(), bytes_.size());
    out.append(bytes_);
    return true;
  }
  // Of entries with one name, the last added comes first and is the one that unique() keeps.
  std::ranges::sort(entries_, [&](const Span& a, const Span& b) {
    const int order = name(a).compare(name(b));
    return order != 0 ? order < 0 : a.name_begin > b.name_begin;
  });
  const auto repeated = std::ranges::unique(entries_, {}, name);
  const bool unique = repeated.empty();
  entries_.erase(repeated.begin(), repeated.end());
  // An entry's length, name and value lie in one piece.
  const auto begin = [](const Span& s) { return s.name_begin - varint_size(s.name_size); };
  std::size_t bytes = 0;
  for (const Span& s : entries_) bytes += s.value_end - begin(s);
  append_container(out, Type::kMap, entries_.size(), bytes);
  for (const Span& s : entries_) out.append(bytes_, begin(s), s.value_end - begin(s));
  return unique;
}

}  // namespace stator::model
