#include "kv/batch.h"

#include <cstring>

#include "base/bytes.h"

namespace stator::kv {
void Batch::put(std::string_view key, std::string_view value, std::size_t stamp_at) {
  if (stamp_at == kNoStamp) {
    append(Kind::kPut, key, value);
  } else {
    append(Kind::kStampedPut, key, value, stamp_at);
    ++stamps_;
  }
}

void Batch::log(std::string_view prefix, std::string_view value) {
  std::string key;
  key.reserve(prefix.size() + kLogKeyTail);
  key.append(prefix);
  append_big_endian(key, std::uint64_t{0});
  append_big_endian(key, logged_++);
  append(Kind::kLog, key, value);
  ++stamps_;
}

void Batch::erase(std::string_view key) { append(Kind::kErase, key, {}); }

void Batch::erase_range(std::string_view begin, std::string_view end) {
  if (begin < end) append(Kind::kEraseRange, begin, end);
}

void Batch::add(std::string_view key, std::span<const std::int64_t> deltas) {
  append(Kind::kAdd, key, {reinterpret_cast<const char*>(deltas.data()), deltas.size_bytes()});
}

void Batch::clear() {
  bytes_.clear();
  stamps_ = 0;
  logged_ = 0;
}

void Batch::stamp(CommitNumber commit) {
  if (stamps_ == 0) return;
  const std::uint64_t stamp = big_endian(commit.value);
  for (std::string_view rest = bytes_; !rest.empty();) {
    const Change change = take(rest);
    const char* at = nullptr;
    if (change.kind == Kind::kStampedPut) at = change.second.data() + change.stamp_at;
    if (change.kind == Kind::kLog) at = change.first.data() + change.first.size() - kLogKeyTail;
    if (at != nullptr) std::memcpy(bytes_.data() + (at - bytes_.data()), &stamp, sizeof stamp);
  }
}

void Batch::append(Kind kind, std::string_view first, std::string_view second, std::size_t stamp_at) {
  // A record is mostly followed by little else: a counter, an entry of its keys.
  constexpr std::size_t kRoomForMore = 256;
  if (bytes_.empty()) bytes_.reserve(first.size() + second.size() + kRoomForMore);
  bytes_.push_back(static_cast<char>(kind));
  append_varint(bytes_, first.size());
  append_varint(bytes_, second.size());
  if (kind == Kind::kStampedPut) append_varint(bytes_, stamp_at);
  bytes_.append(first);
  bytes_.append(second);
}

// bytes_ is only ever what append() made of it, so that nothing here can be malformed.
Batch::Change Batch::take(std::string_view& bytes) {
  Change change{.kind = static_cast<Kind>(bytes.front()), .first = {}, .second = {}, .stamp_at = kNoStamp};
  bytes.remove_prefix(1);
  std::uint64_t first_size = 0;
  std::uint64_t second_size = 0;
  (void)take_varint(bytes, first_size);
  (void)take_varint(bytes, second_size);
  if (change.kind == Kind::kStampedPut) (void)take_varint(bytes, change.stamp_at);
  (void)take_bytes(bytes, first_size, change.first);
  (void)take_bytes(bytes, second_size, change.second);
  return change;
}

std::vector<std::int64_t> Batch::decode_deltas(std::string_view bytes) {
  std::vector<std::int64_t> deltas(bytes.size() / sizeof(std::int64_t));
  std::memcpy(deltas.data(), bytes.data(), deltas.size() * sizeof(std::int64_t));
  return deltas;
}

}  // namespace stator::kv
