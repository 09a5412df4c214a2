// What TransactWriteItems is given, as sent.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "api/attribute_value.h"
#include "api/expression_parameters.h"
#include "api/json.h"
#include "api/transact_items.h"
#include "api/transact_write_items.h"
#include "base/result.h"

namespace stator::api {

// A Put, Update, Delete or ConditionCheck.
struct TransactActionInput {
  std::optional<std::string> table_name;
  std::optional<WireItem> item;                  // Put's Item, the others' Key
  std::optional<std::string> update_expression;  // Update only
  std::optional<std::string> condition_expression;
  std::optional<WireNames> names;
  std::optional<WireValues> values;
  std::optional<std::string> return_values_on_failure;
};

// One of the actions, if its sender kept to the rules. By TransactAction.
struct TransactWriteItemInput {
  std::array<std::optional<TransactActionInput>, 4> actions;
};

Result<void> read_entry(Object object, TransactWriteItemInput& input);

struct TransactWriteItemsInput {
  std::optional<TransactItems<TransactWriteItemInput>> items;
  std::optional<std::string> client_request_token;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> return_item_collection_metrics;
};

Result<void> read_transact_write(Object body, TransactWriteItemsInput& input);

// The model's constraints.
[[nodiscard]] Result<void> check_constraints(const TransactWriteItemsInput& input);

}  // namespace stator::api
