// RocksDB's options, as Stator's use of it wants them.
#pragma once

#include <filesystem>

#include <rocksdb/options.h>

#include "kv/open.h"

namespace stator::kv {

// `folder` is RocksDB's own, which need not be there yet. `clock` must outlive the database.
[[nodiscard]] rocksdb::DBOptions make_database_options(const DiskOptions& options, const std::filesystem::path& folder,
                                                       const Clock& clock);

// The column families: of items and all else that is looked up, and of logs.
struct FamilyOptions {
  rocksdb::ColumnFamilyOptions items;
  rocksdb::ColumnFamilyOptions logs;
};
[[nodiscard]] FamilyOptions make_family_options(const DiskOptions& options);

}  // namespace stator::kv
