// What reads and writes consume, in capacity units.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stator::capacity {

// A read of `bytes` (one item, or all that a Query read): a unit for each 4 KB begun, at least one; half of that when
// eventually consistent.
[[nodiscard]] constexpr double read_units(std::uint64_t bytes, bool consistent) {
  const std::uint64_t units = bytes == 0 ? 1 : (bytes + 4095) / 4096;
  return static_cast<double>(units) * (consistent ? 1.0 : 0.5);
}

// A write of an item of `bytes`, the larger of before and after: a unit for each 1 KB begun, at least one.
[[nodiscard]] constexpr double write_units(std::uint64_t bytes) {
  return bytes == 0 ? 1.0 : static_cast<double>((bytes + 1023) / 1024);
}

// A change of an index's entry, of `before` and `after` bytes, 0 where there is none: as one write, or, if the entry
// has moved to another key, as the deletion of one and the insertion of the other.
[[nodiscard]] constexpr double index_write_units(std::uint64_t before, std::uint64_t after, bool is_moved) {
  if (is_moved) return write_units(before) + write_units(after);
  return write_units(before > after ? before : after);
}

}  // namespace stator::capacity
