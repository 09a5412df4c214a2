// What an answer tells besides its result, if the request asked for it.
#pragma once

#include <optional>

#include "api/item_request.h"
#include "model/item.h"
#include "model/table.h"
#include "storage/write_item.h"

namespace stator::ops {

// ConsumedCapacity of a request that only the table is charged for.
[[nodiscard]] std::optional<api::ConsumedCapacity> report_consumed(const api::ReportOptions& options,
                                                                   const model::Table& table, double table_units);
// Charges what another request on the same table consumed besides.
void add(api::ConsumedCapacity& consumed, const api::ConsumedCapacity& more);
// Charges an index besides.
void add_units(api::ConsumedCapacity& consumed, const model::Index& index, double units);
// Of a write: an item of `bytes`, the larger of before and after, and what the write did to indexes.
[[nodiscard]] std::optional<api::ConsumedCapacity> report_write(const api::ReportOptions& options,
                                                                const model::Table& table, std::size_t bytes,
                                                                const storage::WriteEffect& effect);

// ItemCollectionMetrics of the collection of `key`, after a write; only tables with a local index have it.
[[nodiscard]] std::optional<api::ItemCollectionMetrics> report_collection(const api::ReportOptions& options,
                                                                          const model::Table& table, model::MapView key,
                                                                          const storage::WriteEffect& effect);

}  // namespace stator::ops
