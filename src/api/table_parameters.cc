#include "api/table_parameters.h"

#include <utility>

namespace stator::api {
namespace {

constexpr std::size_t kMaxNameLength = 255;

}  // namespace

void constrain_table_name(Constraints& constraints, const std::optional<std::string>& name, std::string_view path) {
  constraints.not_null(name.has_value(), path);
  if (!name) return;
  const std::optional<std::string> bare(table_name_of(*name));
  if (!bare->empty()) constraints.name_pattern(bare, path);
  constraints.length_between(bare, path, 1, kMaxNameLength);
}

Result<void> check_table_name(const std::optional<std::string>& name) {
  Constraints constraints;
  constrain_table_name(constraints, name);
  return constraints.result();
}

ReportOptions report_options(const std::optional<std::string>& return_consumed_capacity,
                             const std::optional<std::string>& return_item_collection_metrics) {
  return {.consumed_capacity = return_consumed_capacity == "INDEXES" ? ReturnConsumedCapacity::kIndexes
                               : return_consumed_capacity == "TOTAL" ? ReturnConsumedCapacity::kTotal
                                                                     : ReturnConsumedCapacity::kNone,
          .item_collection_metrics = return_item_collection_metrics == "SIZE"};
}

ReturnValues return_values(const std::optional<std::string>& value) {
  constexpr std::pair<std::string_view, ReturnValues> kNames[] = {
      {"ALL_OLD", ReturnValues::kAllOld},
      {"UPDATED_OLD", ReturnValues::kUpdatedOld},
      {"ALL_NEW", ReturnValues::kAllNew},
      {"UPDATED_NEW", ReturnValues::kUpdatedNew},
  };
  for (const auto& [name, meaning] : kNames) {
    if (value == name) return meaning;
  }
  return ReturnValues::kNone;
}

}  // namespace stator::api
