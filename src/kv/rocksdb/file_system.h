// The file system as RocksDB sees it.
#pragma once

#include <memory>
#include <string_view>

namespace rocksdb {
class Env;
}

namespace stator::kv {

// In what RocksDB logs of a file that it could not have because of make_env().
inline constexpr std::string_view kNoOptionsFile = "Stator keeps no file of options";

// The default one, but for the file of its options that RocksDB would write, sync and read again at each start: nothing
// reads it later, and it takes a third of the start's syncs. Must outlive the database.
[[nodiscard]] std::unique_ptr<rocksdb::Env> make_env();

}  // namespace stator::kv
