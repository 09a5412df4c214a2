// Where RocksDB's own warnings and errors go.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"

namespace rocksdb {
class Logger;
}

namespace stator::kv {

// Appends to `file`, which is made with the first message: a healthy database costs no file, and no start the pages on
// its options that RocksDB would write into one. A file that has grown too long begins anew. `clock` must outlive it.
[[nodiscard]] std::shared_ptr<rocksdb::Logger> make_quiet_log(std::filesystem::path file, const Clock& clock);

}  // namespace stator::kv
