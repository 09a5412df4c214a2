// A store that remembers values which were read, so that a point read of what is in demand is one look into a hash
// table and not a walk through memtables and files.
#pragma once

#include <cstddef>
#include <memory>

#include "kv/store.h"

namespace stator::kv {

// Over `store`, with at most about `bytes` of values. Scans and snapshots are the store's own.
[[nodiscard]] std::unique_ptr<Store> make_cached_store(std::unique_ptr<Store> store, std::size_t bytes);

}  // namespace stator::kv
