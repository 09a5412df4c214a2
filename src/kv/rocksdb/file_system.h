// The file system as RocksDB sees it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

namespace rocksdb {
class Env;
class FileSystem;
}  // namespace rocksdb

namespace stator::kv {

// In what RocksDB logs of a file that it could not have because of make_env().
inline constexpr std::string_view kNoOptionsFile = "Stator keeps no file of options";

// What has happened to the logs. Thread-safe.
struct LogWatch {
  std::atomic<std::uint64_t> appended = 0;  // bytes, to all of them
  // The number of the last one that could not be written or synced; 0 if none.
  std::atomic<std::uint64_t> failed = 0;
};

// One over `below`, but that
// - there is no file of the options that RocksDB would write, sync and read again at each start: nothing reads it
//   later, and it takes a third of the start's syncs;
// - a log that could not be written or synced is cut back to what it was before, and nothing reaches it any more,
// though
//   it seems so: the system forgets pages that it failed to write, they can be read until they are gone, and no later
//   sync tells. RocksDB, when it resumes, would complete what it had begun to write. Whoever has it resume must see to
//   it that it has another log then;
// - what else cannot be written is said to be retryable: RocksDB then goes on once it is told to resume, and writes to
//   new files all that was to be in those. For other errors it would want a new start.
// `are_synced`: whether each write to a log is, before it counts. The watch must outlive the Env, and both the
// database.
[[nodiscard]] std::unique_ptr<rocksdb::Env> make_env(std::shared_ptr<rocksdb::FileSystem> below, bool are_synced,
                                                     LogWatch& watch);

}  // namespace stator::kv
