// A batch: the changes of one commit, in order, as one string of bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace stator::kv {

// Where put() writes the commit's number: eight bytes, big-endian.
inline constexpr std::size_t kNoStamp = static_cast<std::size_t>(-1);

// Not thread-safe.
class Batch {
 public:
  // `stamp_at`: the offset in `value` whose eight bytes become the commit's number when it is given one.
  void put(std::string_view key, std::string_view value, std::size_t stamp_at = kNoStamp);
  void erase(std::string_view key);
  // Erases all of [begin, end).
  void erase_range(std::string_view begin, std::string_view end);
  // Adds to the counters at `key`, element by element; absent counters are 0. A key of counters is changed in no
  // other way. Stored as eight bytes each, little-endian, two's complement.
  void add(std::string_view key, std::span<const std::int64_t> deltas);

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  void clear() { bytes_.clear(); stamps_ = 0; }
  // Writes the commit's number to every stamp.
  void stamp(CommitNumber commit);

  // Calls visitor.put(key, value), .erase(key), .erase_range(begin, end), .add(key, deltas) in order.
  template <class Visitor>
  void for_each(Visitor&& visitor) const;

 private:
  std::string bytes_;
  std::size_t stamps_ = 0;
};

}  // namespace stator::kv
