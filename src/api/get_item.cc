#include "api/get_item.h"

#include <array>
#include <utility>
#include <vector>

#include "api/attribute_value.h"
#include "api/expression_parameters.h"
#include "api/json.h"
#include "api/legacy_parameters.h"
#include "api/table_parameters.h"

namespace stator::api {
namespace {

struct GetItemInput {
  std::optional<std::string> table_name;
  std::optional<WireItem> key;
  std::optional<bool> consistent_read;
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<std::string> projection_expression;
  std::optional<WireNames> names;
  std::optional<std::string> return_consumed_capacity;
};

constexpr std::array kMembers{
    member<&GetItemInput::table_name>("TableName"),
    member<&GetItemInput::key>("Key"),
    member<&GetItemInput::consistent_read>("ConsistentRead"),
    member<&GetItemInput::attributes_to_get>("AttributesToGet"),
    member<&GetItemInput::projection_expression>("ProjectionExpression"),
    member<&GetItemInput::names>("ExpressionAttributeNames"),
    member<&GetItemInput::return_consumed_capacity>("ReturnConsumedCapacity"),
};

Result<void> check_constraints(const GetItemInput& input) {
  TRY(check_table_name(input.table_name));
  Constraints constraints;
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  constrain_attributes_to_get(constraints, input.attributes_to_get);
  constraints.not_null(input.key.has_value(), "key");
  return constraints.result();
}

Result<void> check_combination(const GetItemInput& input) {
  const bool has_projection = input.projection_expression.has_value();
  TRY(check_mixing(kReadWording, {{"AttributesToGet", input.attributes_to_get.has_value()}},
                   {{"ProjectionExpression", has_projection}}));
  return check_placeholder_use(kReadWording, {.names = input.names.has_value(), .any_expression = has_projection});
}

}  // namespace

Result<GetItem::Request> GetItem::decode(Object body) {
  GetItemInput input;
  TRY(read_members<GetItemInput>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_combination(input));
  Request request;
  TRY_ASSIGN(request.key, take_item(kReadWording, *std::move(input.key)));
  TRY_ASSIGN(request.projection, compile(input.attributes_to_get));
  TRY_ASSIGN(expr::Placeholders placeholders, make_placeholders(kReadWording, std::move(input.names), std::nullopt));
  if (input.projection_expression) {
    TRY_ASSIGN(request.projection, expr::compile_projection(*input.projection_expression, placeholders));
  }
  TRY(placeholders.check_all_used());
  request.table_name = *input.table_name;
  request.consistent = input.consistent_read.value_or(false);
  request.report = report_options(input.return_consumed_capacity);
  return request;
}

void GetItem::render(const Response& response, std::string& out) {
  char separator = '{';
  if (response.item) {
    out.reserve(out.size() + rendered_size(response.item->encoded()));
    out.append("{\"Item\":");
    append_item(out, response.item->view());
    separator = ',';
  }
  if (response.consumed) {
    out.push_back(separator);
    out.append("\"ConsumedCapacity\":");
    append_consumed_capacity(out, *response.consumed);
    separator = ',';
  }
  out.append(separator == '{' ? "{}" : "}");
}

}  // namespace stator::api
