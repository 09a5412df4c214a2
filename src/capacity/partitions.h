// Partitions: the hash ranges of a table that throughput is accounted on.
#pragma once

#include <cstdint>
#include <vector>

#include "model/table.h"

namespace stator::capacity {

// The hashes from first to last, both included.
struct HashRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  [[nodiscard]] bool overlaps(const HashRange& other) const { return first <= other.last && other.first <= last; }
  // Of two that overlap.
  [[nodiscard]] HashRange intersection(const HashRange& other) const {
    return {first > other.first ? first : other.first, last < other.last ? last : other.last};
  }
  friend bool operator==(const HashRange&, const HashRange&) = default;
};

inline constexpr HashRange kAllHashes{0, UINT64_MAX};

// The i-th of n nearly equal parts of `whole`, i < n: together they are the whole, and no two overlap.
[[nodiscard]] HashRange slice(const HashRange& whole, std::uint64_t i, std::uint64_t n);

// The partitions of a table, in hash order: four when on demand, as a new table on DynamoDB has, else one.
[[nodiscard]] std::vector<HashRange> partitions(const model::Table& table);

}  // namespace stator::capacity
