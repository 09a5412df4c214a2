// ConsumedCapacity of an answer, if the request asked for it.
#pragma once

#include <optional>

#include "api/item_request.h"
#include "model/table.h"

namespace stator::ops {

[[nodiscard]] inline std::optional<api::ConsumedCapacity> report_consumed(const api::ReportOptions& options,
                                                                          const model::Table& table,
                                                                          double table_units) {
  if (options.consumed_capacity == api::ReturnConsumedCapacity::kNone) return std::nullopt;
  return api::ConsumedCapacity{
      .table_name = table.name,
      .table_units = table_units,
      .local_indexes = {},
      .global_indexes = {},
      .by_index = options.consumed_capacity == api::ReturnConsumedCapacity::kIndexes,
  };
}

}  // namespace stator::ops
