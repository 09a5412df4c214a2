// What an item may weigh: where a table has local secondary indexes, with what they keep of it.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, "Item sizes for tables with
// local secondary indexes".
#pragma once

#include <cstddef>

#include "base/result.h"
#include "model/item.h"
#include "storage/catalog.h"

namespace stator::ops {

// `size` is the item's own.
[[nodiscard]] Result<void> check_size(const storage::TableHandle& table, const model::Item& item, std::size_t size);

// The same of an item that an update makes...
[[nodiscard]] Result<void> check_updated_size(const storage::TableHandle& table, const model::Item& item,
                                              std::size_t size);
// ... and of the statement of an UpdateItem.
[[nodiscard]] Result<void> check_statement_size(std::size_t size);

}  // namespace stator::ops
