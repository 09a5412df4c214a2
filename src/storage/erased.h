// What a scan of items or of a log may show of a range that was erased (kv/batch.h).
#pragma once

#include <string_view>

#include "base/result.h"
#include "kv/engine.h"

namespace stator::storage {

// True if a key that begins with `prefix` is there, from where the cursor is; moves it there. The cursor must be one of
// `reader`, which is one state.
[[nodiscard]] Result<bool> is_any_there(const kv::Reader& reader, kv::Cursor& cursor, std::string_view prefix);

}  // namespace stator::storage
