// What Query and Scan are given alike, and its rules.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/constraints.h"
#include "api/expression_parameters.h"
#include "api/json.h"
#include "api/legacy_parameters.h"
#include "api/query.h"
#include "api/table_parameters.h"
#include "api/wording.h"
#include "base/result.h"

namespace stator::api {

// As sent.
struct PageInput {
  std::optional<std::string> table_name;
  std::optional<std::string> index_name;
  std::optional<std::string> select;
  std::optional<std::int32_t> limit;
  std::optional<bool> consistent_read;
  std::optional<WireItem> exclusive_start_key;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<WireConditions> filter;  // QueryFilter or ScanFilter
  std::optional<std::string> conditional_operator;
  std::optional<std::string> projection_expression;
  std::optional<std::string> filter_expression;
  std::optional<WireNames> names;
  std::optional<WireValues> values;
};

// The members of PageInput for the wire structure Input, which derives from it, followed by its own.
template <class Input, class... Own>
constexpr auto page_members(std::string_view filter, Own... own) {
  return std::array{
      inherited<Input, &PageInput::table_name>("TableName"),
      inherited<Input, &PageInput::index_name>("IndexName"),
      inherited<Input, &PageInput::select>("Select"),
      inherited<Input, &PageInput::limit>("Limit"),
      inherited<Input, &PageInput::consistent_read>("ConsistentRead"),
      inherited<Input, &PageInput::exclusive_start_key>("ExclusiveStartKey"),
      inherited<Input, &PageInput::return_consumed_capacity>("ReturnConsumedCapacity"),
      inherited<Input, &PageInput::attributes_to_get>("AttributesToGet"),
      inherited<Input, &PageInput::filter>(filter),
      inherited<Input, &PageInput::conditional_operator>("ConditionalOperator"),
      inherited<Input, &PageInput::projection_expression>("ProjectionExpression"),
      inherited<Input, &PageInput::filter_expression>("FilterExpression"),
      inherited<Input, &PageInput::names>("ExpressionAttributeNames"),
      inherited<Input, &PageInput::values>("ExpressionAttributeValues"),
      own...,
  };
}

// Select and IndexName, which come first among the constraints of both.
void constrain_select_and_index(Constraints& constraints, const PageInput& input);

// The item to start after; its problems are worded as an operation's starting key.
[[nodiscard]] Result<std::optional<model::Item>> take_starting_key(Wording wording, std::optional<WireItem> sent);

// Select against the projection and the index.
[[nodiscard]] Result<void> check_select(const PageInput& input, const std::optional<expr::Projection>& projection,
                                        Wording wording);
[[nodiscard]] Select select_of(const std::optional<std::string>& select);

// Sets the members that Query::Request and Scan::Request share and that need no further check.
template <class Request>
void take_common(PageInput& input, Request& request) {
  request.table_name = *input.table_name;
  request.index_name = std::move(input.index_name);
  request.select = select_of(input.select);
  request.limit = input.limit;
  request.consistent = input.consistent_read.value_or(false);
  request.report = report_options(input.return_consumed_capacity);
}

}  // namespace stator::api
