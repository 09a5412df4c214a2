#include "capacity/partitions.h"

namespace stator::capacity {

HashRange slice(const HashRange& whole, std::uint64_t i, std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  const Wide size = Wide{whole.last} - whole.first + 1;
  const auto edge = [&](std::uint64_t part) { return whole.first + static_cast<std::uint64_t>(size * part / n); };
  return {edge(i), i + 1 == n ? whole.last : edge(i + 1) - 1};
}

std::vector<HashRange> partitions(const model::Table& table) {
  const std::uint64_t count = table.billing_mode == model::BillingMode::kPayPerRequest ? 4 : 1;
  std::vector<HashRange> ranges;
  for (std::uint64_t i = 0; i < count; ++i) ranges.push_back(slice(kAllHashes, i, count));
  return ranges;
}

}  // namespace stator::capacity
