// RocksDB's options, as Stator's use of it wants them.
#pragma once

#include <filesystem>

#include "kv/open.h"

namespace rocksdb {
struct Options;
}

namespace stator::kv {

// `folder` is RocksDB's own, which need not be there yet. `clock` must outlive the database.
[[nodiscard]] rocksdb::Options make_rocksdb_options(const DiskOptions& options, const std::filesystem::path& folder,
                                                    const Clock& clock);

}  // namespace stator::kv
