// What every operation on a table's items is given besides: the table, and what to report.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/constraints.h"
#include "api/item_request.h"
#include "base/result.h"

namespace stator::api {

// Enumerations as the service prints them.
inline constexpr std::string_view kReturnConsumedCapacitySet = "[INDEXES, TOTAL, NONE]";
inline constexpr std::string_view kReturnItemCollectionMetricsSet = "[SIZE, NONE]";
inline constexpr std::string_view kReturnValuesSet = "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
inline constexpr std::string_view kReturnValuesOnFailureSet = "[ALL_OLD, NONE]";

// TableName's constraints. Data operations accept names shorter than tables can have.
void constrain_table_name(Constraints& constraints, const std::optional<std::string>& name,
                          std::string_view path = "tableName");
// The same alone: a wrong TableName is reported before and without anything else.
[[nodiscard]] Result<void> check_table_name(const std::optional<std::string>& name);

// Of values that passed their constraints.
[[nodiscard]] ReportOptions report_options(const std::optional<std::string>& return_consumed_capacity,
                                           const std::optional<std::string>& return_item_collection_metrics = {});
[[nodiscard]] ReturnValues return_values(const std::optional<std::string>& value);

}  // namespace stator::api
