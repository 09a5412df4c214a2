// RocksDB by itself with its default options: the floor that an engine on it is measured against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace stator::kv {

// Synced puts of `bytes` a second by so many threads, each one at a time, under random keys, in a database made in
// `folder`. Negative if it fails.
[[nodiscard]] double measure_raw_writers(const std::filesystem::path& folder, int writers, double seconds,
                                         std::size_t bytes);

struct RawScan {
  std::uint64_t bytes = 0;  // of keys and values; 0 if the database cannot be read
  double seconds = 0;
};
// All entries of the database in `folder` that are items, in their order. Another process may have it open.
[[nodiscard]] RawScan measure_raw_scan(const std::filesystem::path& folder);

}  // namespace stator::kv
