// A store on a disk that fails when a test says so, and whose state after a power cut can be looked at. Only for tests;
// it is not linked into what users run.
#pragma once

#include <filesystem>
#include <memory>

#include "kv/open.h"
#include "kv/rocksdb/disk_faults.h"

namespace stator::kv {

// open_rocksdb_store() over such a disk. `mirror` is a folder beside the data folder, made if it is not there; it has
// what a power cut would leave of the folder's database, its rocksdb/ (durable_mirror.h).
[[nodiscard]] Result<std::unique_ptr<Store>> open_store_on_faulty_disk(const DiskOptions& options, const Clock& clock,
                                                                       const std::filesystem::path& mirror,
                                                                       std::shared_ptr<DiskFaults> faults);

}  // namespace stator::kv
