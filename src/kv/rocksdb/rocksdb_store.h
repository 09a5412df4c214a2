// Opening the store over another file system than the operating system's.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "kv/open.h"

namespace rocksdb {
class FileSystem;
}

namespace stator::kv {

// The file system for the database in a folder, asked for once the data folder is this process's.
using MakeFileSystem = std::function<std::shared_ptr<rocksdb::FileSystem>(const std::filesystem::path& folder)>;

// open_rocksdb_store() is this over the default one.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb_store_over(const MakeFileSystem& make_file_system,
                                                                     const DiskOptions& options, const Clock& clock);

}  // namespace stator::kv
