// Item collections: in a table with a local secondary index, the items of one partition key with their entries in the
// local indexes. Their size is counted and limited.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html, "Item collections".
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/item.h"
#include "model/table.h"
#include "storage/storage.h"

namespace stator::storage {

struct Collection {
  std::string key;  // of its counter; empty if the table has no local index
  std::int64_t bytes = 0;
};

// The collection of `item`, which has the table's partition key. Exact as of the last durable commit.
[[nodiscard]] Result<Collection> read_collection(Session& session, const TableHandle& table, model::MapView item);

// kItemCollectionSizeLimitExceeded if a collection may not have grown by `growth`, to `bytes`.
[[nodiscard]] Result<void> check_growth(const Session& session, std::int64_t bytes, std::int64_t growth);

}  // namespace stator::storage
