// A batch: the changes of one commit, in order, as one string of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace stator::kv {

// Where put() writes the commit's number: eight bytes, big-endian.
inline constexpr std::size_t kNoStamp = static_cast<std::size_t>(-1);

// The first byte of all keys of logs, and of no others. What is logged is read in order, if at all, and only for a
// while: stores keep it apart. No range reaches from logs to other keys.
inline constexpr char kLogSpace = 18;

// The first byte of all keys of items. Where a range of items or of a log was erased, only a check scans again: numbers
// of tables and indexes are not reused, and a log is read from where it was trimmed to.
inline constexpr char kItemSpace = 16;

// What stands after the prefix of a log's key: the commit's number, and the entry's within the batch.
inline constexpr std::size_t kLogKeyTail = sizeof(std::uint64_t) + sizeof(std::uint32_t);

// Not thread-safe.
class Batch {
 public:
  // `stamp_at`: the offset in `value` whose eight bytes become the commit's number when it is given one.
  void put(std::string_view key, std::string_view value, std::size_t stamp_at = kNoStamp);
  // Puts `value` under the key `prefix` | the commit's number (8 bytes, big-endian) | how many of the batch's log()s
  // came before this (4, big-endian): an entry of a log, in commit order. `prefix` begins with kLogSpace. No decision
  // may look at it.
  void log(std::string_view prefix, std::string_view value);
  void erase(std::string_view key);
  // Erases all of [begin, end); nothing if begin is not below end. Scans of items and logs may still find what was
  // there; get() tells.
  void erase_range(std::string_view begin, std::string_view end);
  // Adds to the counters at `key`, element by element; absent counters are 0, and an engine keeps none that have all
  // become 0. The only other change to a key of counters is its erasure, after which nothing is ever added to it again:
  // numbers of tables are not reused. Stored as eight bytes each, little-endian, two's complement.
  void add(std::string_view key, std::span<const std::int64_t> deltas);

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  // Whether there was a log().
  [[nodiscard]] bool has_log() const { return logged_ > 0; }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  // Keeps the memory for what comes next.
  void clear();
  // Writes the commit's number to every stamp and into every key of a log. What for_each() hands out afterwards has it.
  void stamp(CommitNumber commit);

  // Calls visitor.put(key, value), .log(key, value), .erase(key), .erase_range(begin, end), .add(key, deltas) in order.
  // The views of keys and values live as long as this batch is unchanged, the deltas until the visitor returns.
  template <class Visitor>
  void for_each(Visitor&& visitor) const;
  // Calls visit(key) for each log() in order. The view lives as long as this batch is unchanged.
  template <class Visit>
  void for_each_log(const Visit& visit) const;

 private:
  // One change in bytes_: its kind, the two lengths as varints, for kStampedPut the stamp's offset in the value as a
  // varint, then the two byte strings. Of an erasure the second is empty; of kAdd it is the deltas, eight bytes each
  // in this machine's order (a batch never leaves the process).
  enum class Kind : std::uint8_t { kPut, kStampedPut, kLog, kErase, kEraseRange, kAdd };
  struct Change {
    Kind kind;
    std::string_view first;
    std::string_view second;
    std::size_t stamp_at;
  };

  void append(Kind kind, std::string_view first, std::string_view second, std::size_t stamp_at = kNoStamp);
  // Takes the first change off `bytes`, which is not empty.
  static Change take(std::string_view& bytes);
  static std::vector<std::int64_t> decode_deltas(std::string_view bytes);

  std::string bytes_;
  std::size_t stamps_ = 0;
  std::uint32_t logged_ = 0;
};

template <class Visitor>
void Batch::for_each(Visitor&& visitor) const {
  for (std::string_view rest = bytes_; !rest.empty();) {
    const Change change = take(rest);
    switch (change.kind) {
      case Kind::kPut:
      case Kind::kStampedPut:
        visitor.put(change.first, change.second);
        break;
      case Kind::kLog:
        visitor.log(change.first, change.second);
        break;
      case Kind::kErase:
        visitor.erase(change.first);
        break;
      case Kind::kEraseRange:
        visitor.erase_range(change.first, change.second);
        break;
      case Kind::kAdd: {
        const std::vector<std::int64_t> deltas = decode_deltas(change.second);
        visitor.add(change.first, std::span<const std::int64_t>(deltas));
        break;
      }
    }
  }
}

template <class Visit>
void Batch::for_each_log(const Visit& visit) const {
  std::string_view rest = bytes_;
  for (std::uint32_t left = logged_; left > 0;) {
    const Change change = take(rest);
    if (change.kind != Kind::kLog) continue;
    visit(change.first);
    --left;
  }
}

}  // namespace stator::kv
