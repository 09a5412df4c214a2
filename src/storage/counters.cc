#include "storage/counters.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace stator::storage {

Result<void> read_counters(const kv::Reader& reader, kv::Wait wait, const std::string& key,
                           std::span<std::int64_t> counters) {
  std::string bytes;
  TRY_ASSIGN(const bool found, reader.get(key, wait, bytes));
  if (!found) {
    std::ranges::fill(counters, 0);
    return {};
  }
  if (bytes.size() != counters.size_bytes()) {
    return fail(ErrorCode::kCorruption,
                fmt::format("A record of counters has {} bytes, not {}.", bytes.size(), counters.size_bytes()));
  }
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(counters.data(), bytes.data(), bytes.size());
  return {};
}

}  // namespace stator::storage
