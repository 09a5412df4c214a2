// Opening an engine.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "kv/engine.h"
#include "kv/store.h"

namespace stator::kv {

struct DiskOptions {
  std::filesystem::path folder;  // made if it is not there
  Durability durability = Durability::kSync;
  std::size_t cache_bytes = 256UL << 20;  // half of it for blocks of files, half for values; filled on use
  std::size_t memtable_bytes = 64UL << 20;
  // Commits are refused (kInternal, "...disk is full...") while the file system has less room than this.
  std::size_t reserve_bytes = 64UL << 20;
};

// kIncompatible if the folder is in use by another process, holds another format version, or is not Stator's;
// kCorruption if its database is damaged or gone. `clock` must outlive the store.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb_store(const DiskOptions& options, const Clock& clock);

// What opens a data folder: the above, or what a test has in its place.
using OpenStore = std::function<Result<std::unique_ptr<Store>>(const DiskOptions& options, const Clock& clock)>;

[[nodiscard]] std::unique_ptr<Store> make_memory_store();

// How long a commit waits for others to decide on its keys, which takes them microseconds, or some reads of the disk.
inline constexpr std::chrono::milliseconds kPatience{5000};

// An engine over `store`. The first commit is numbered after the last one that the store holds.
[[nodiscard]] Result<std::unique_ptr<Engine>> make_local_engine(std::unique_ptr<Store> store, const Clock& clock,
                                                                std::chrono::milliseconds patience = kPatience);

}  // namespace stator::kv
