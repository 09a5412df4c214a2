// RocksDB's options, as Stator's use of it wants them.
#pragma once

#include "kv/open.h"

namespace rocksdb {
struct Options;
}

namespace stator::kv {

[[nodiscard]] rocksdb::Options make_rocksdb_options(const DiskOptions& options);

}  // namespace stator::kv
