// Reading one item.
#pragma once

#include <cstddef>
#include <optional>

#include "base/result.h"
#include "kv/engine.h"
#include "model/item.h"
#include "storage/storage.h"

namespace stator::storage {

struct StoredItem {
  model::Item item;
  std::size_t size = 0;  // as DynamoDB counts it
};

// `key` has every key attribute of the table, of its right type.
[[nodiscard]] Result<std::optional<StoredItem>> read_item(Session& session, const model::Table& table,
                                                          model::MapView key);
// The same as of the reader's state.
[[nodiscard]] Result<std::optional<StoredItem>> read_item(const kv::Reader& reader, kv::Wait wait,
                                                          const model::Table& table, model::MapView key);

}  // namespace stator::storage
