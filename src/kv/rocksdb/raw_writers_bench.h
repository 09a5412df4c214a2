// RocksDB by itself with its default options: the floor that an engine on it is measured against.
#pragma once

#include <cstddef>
#include <filesystem>

namespace stator::kv {

// Synced puts of `bytes` a second by so many threads, each one at a time, under random keys, in a database made in
// `folder`. Negative if it fails.
[[nodiscard]] double measure_raw_writers(const std::filesystem::path& folder, int writers, double seconds,
                                         std::size_t bytes);

}  // namespace stator::kv
