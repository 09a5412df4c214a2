// What PutItem, UpdateItem and DeleteItem are given alike, and its rules.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "api/constraints.h"
#include "api/expression_parameters.h"
#include "api/item_request.h"
#include "api/json.h"
#include "api/legacy_parameters.h"
#include "api/table_parameters.h"
#include "base/result.h"
#include "expr/condition.h"
#include "expr/update.h"

namespace stator::api {

// As sent.
struct WriteInput {
  std::optional<std::string> table_name;
  std::optional<WireExpected> expected;
  std::optional<std::string> conditional_operator;
  std::optional<std::string> condition_expression;
  std::optional<WireNames> names;
  std::optional<WireValues> values;
  std::optional<std::string> return_values;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> return_item_collection_metrics;
  std::optional<std::string> return_values_on_failure;
};

// The members of WriteInput for the wire structure Input, which derives from it, followed by its own.
template <class Input, class... Own>
constexpr auto write_members(Own... own) {
  return std::array{
      inherited<Input, &WriteInput::table_name>("TableName"),
      own...,
      inherited<Input, &WriteInput::condition_expression>("ConditionExpression"),
      inherited<Input, &WriteInput::names>("ExpressionAttributeNames"),
      inherited<Input, &WriteInput::values>("ExpressionAttributeValues"),
      inherited<Input, &WriteInput::return_values>("ReturnValues"),
      inherited<Input, &WriteInput::return_consumed_capacity>("ReturnConsumedCapacity"),
      inherited<Input, &WriteInput::return_item_collection_metrics>("ReturnItemCollectionMetrics"),
      inherited<Input, &WriteInput::return_values_on_failure>("ReturnValuesOnConditionCheckFailure"),
      inherited<Input, &WriteInput::expected>("Expected"),
      inherited<Input, &WriteInput::conditional_operator>("ConditionalOperator"),
  };
}

// Single constraints, for each operation to put into its order.
void constrain_return_values(Constraints& constraints, const WriteInput& input);
void constrain_return_consumed_capacity(Constraints& constraints, const WriteInput& input);
void constrain_return_item_collection_metrics(Constraints& constraints, const WriteInput& input);
void constrain_return_values_on_failure(Constraints& constraints, const WriteInput& input);

// UpdateItem's own parameters among the rules of all writes. Null for the others.
struct UpdateParameters {
  const std::optional<std::string>& update_expression;
  const std::optional<std::vector<WireAttributeUpdate>>& attribute_updates;
};

// Which parameters may come together, from ConditionalOperator's value on.
[[nodiscard]] Result<void> check_combination(const WriteInput& input, const UpdateParameters* update = nullptr);

// PutItem and DeleteItem know no other.
[[nodiscard]] Result<void> check_returns_all_old_or_none(const WriteInput& input);

struct WriteExpressions {
  std::optional<expr::Condition> condition;
  std::optional<expr::Update> update;
};

// The legacy parameters, the maps of names and values, the expressions, and that they use all names and values.
[[nodiscard]] Result<WriteExpressions> compile_expressions(WriteInput& input, const UpdateParameters* update = nullptr);

// What the requests of PutItem and DeleteItem take alike from an input whose own parameter is valid.
template <class Request>
[[nodiscard]] Result<void> take_write(WriteInput& input, Request& request) {
  TRY_ASSIGN(WriteExpressions expressions, compile_expressions(input));
  request.table_name = *input.table_name;
  request.condition = std::move(expressions.condition);
  request.return_old = return_values(input.return_values) == ReturnValues::kAllOld;
  request.return_old_on_failure = input.return_values_on_failure == "ALL_OLD";
  request.report = report_options(input.return_consumed_capacity, input.return_item_collection_metrics);
  return {};
}

}  // namespace stator::api
