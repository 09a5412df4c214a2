// What TransactGetItems and TransactWriteItems share.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "model/item.h"
#include "model/table.h"
#include "ops/key_check.h"

namespace stator::ops {

// A transaction costs twice what its actions would cost alone.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html, "Capacity management".
inline constexpr double kTransactionFactor = 2;

// The transaction is canceled because of its `i`-th action of `count`.
[[nodiscard]] std::unexpected<Error> cancel(std::size_t i, std::size_t count, Error reason);

// An empty key is an error of the whole request, where all else that is wrong with a key cancels.
[[nodiscard]] Result<void> check_key_not_empty(const model::KeySchema& schema, model::MapView key);

// Of the next action on an item, whose key is right: that `items` does not have it yet.
[[nodiscard]] Result<void> check_distinct(NamedItems& items, const model::Table& table, model::MapView key);

}  // namespace stator::ops
