// What a write may not do to the attributes that secondary indexes have as their keys.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Writing data".
#pragma once

#include "base/result.h"
#include "expr/update.h"
#include "model/item.h"
#include "storage/catalog.h"

namespace stator::ops {

// An Item to put: what it has of index keys is of their types, not empty and not too long. The index whose name comes
// first is told of.
[[nodiscard]] Result<void> check_item_index_keys(const storage::TableHandle& table, model::MapView item);

// The same of what an update gives to an index key whatever the item is...
[[nodiscard]] Result<void> check_index_keys(const storage::TableHandle& table, const expr::Update& update);
// ... and of the item that it made, whose index keys may also have been wrong before.
[[nodiscard]] Result<void> check_updated_index_keys(const storage::TableHandle& table, const expr::Update& update,
                                                    model::MapView item);

// Of all this only empty values: those of an Item to put, and those that an update gives.
[[nodiscard]] Result<void> check_index_keys_not_empty(const storage::TableHandle& table, model::MapView item);
[[nodiscard]] Result<void> check_index_keys_not_empty(const storage::TableHandle& table, const expr::Update& update);

}  // namespace stator::ops
