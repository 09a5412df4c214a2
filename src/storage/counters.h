// Reading what Batch::add has counted.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "kv/engine.h"

namespace stator::storage {

// The counters at `key` as of the reader's state; all 0 if there are none. kCorruption if they are not as many.
[[nodiscard]] Result<void> read_counters(const kv::Reader& reader, kv::Wait wait, const std::string& key,
                                         std::span<std::int64_t> counters);

}  // namespace stator::storage
