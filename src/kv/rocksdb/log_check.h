// Whether the logs that a process left have everything that it has acknowledged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace stator::kv {

// The first log data (WriteBatch::PutLogData) of a write before which others need not have been synced.
inline constexpr std::string_view kUnsyncedMark = "os";

// A write is synced before the next one is written. So whatever follows a damaged place, with writes missing between,
// proves that what is missing there was durable: the disk has lost it, and RocksDB, which ends the log at the first
// damage, would lose all the rest. kCorruption then. Damage that nothing follows is what a crash leaves of the last
// write, and no error. (RocksDB's log format: https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format)
//
// Logs with numbers below `first` are not looked at. Of the others, those that are not needed any more may have been
// removed while older ones have not, and all of them may end torn.
[[nodiscard]] Result<void> check_logs(const std::filesystem::path& folder, std::uint64_t first);

}  // namespace stator::kv
