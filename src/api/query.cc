#include "api/query.h"

#include <utility>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/page_parameters.h"

namespace stator::api {
namespace {

// Select's messages are the only ones of a Query that the service puts into the envelope.
constexpr Wording kSelectWording{.layer = Layer::kCurrent, .enveloped = true};

struct QueryInput : PageInput {
  std::optional<WireConditions> key_conditions;
  std::optional<std::string> key_condition_expression;
  std::optional<bool> scan_index_forward;
};

constexpr auto kMembers =
    page_members<QueryInput>("QueryFilter", member<&QueryInput::key_conditions>("KeyConditions"),
                             member<&QueryInput::key_condition_expression>("KeyConditionExpression"),
                             member<&QueryInput::scan_index_forward>("ScanIndexForward"));

Result<void> check_constraints(const QueryInput& input) {
  TRY(check_table_name(input.table_name));
  TRY(check_conditional_operator(kReadWording, input.conditional_operator));
  Constraints constraints;
  constrain_select_and_index(constraints, input);
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  constrain(constraints, input.filter, "queryFilter");
  constrain_attributes_to_get(constraints, input.attributes_to_get);
  constrain(constraints, input.key_conditions, "keyConditions");
  TRY(constraints.result());
  if (input.limit && *input.limit < 1) {
    // Not as Constraints prints it: the service checks this one elsewhere.
    return fail_validation(
        enveloped("Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1"));
  }
  return {};
}

Result<void> check_combination(const QueryInput& input) {
  const bool key_expression = input.key_condition_expression.has_value();
  const bool filter_expression = input.filter_expression.has_value();
  const bool projection_expression = input.projection_expression.has_value();
  // KeyConditions clash with their own expression only.
  TRY(check_mixing(kReadWording,
                   {{"AttributesToGet", input.attributes_to_get.has_value()},
                    {"QueryFilter", input.filter.has_value()},
                    {"ConditionalOperator", input.conditional_operator.has_value()},
                    {"KeyConditions", input.key_conditions.has_value() && key_expression}},
                   {{"ProjectionExpression", projection_expression},
                    {"FilterExpression", filter_expression},
                    {"KeyConditionExpression", key_expression}}));
  TRY(check_placeholder_use(kReadWording,
                            {.names = input.names.has_value(),
                             .values = input.values.has_value(),
                             .any_expression = key_expression || filter_expression || projection_expression,
                             .any_with_values = key_expression || filter_expression,
                             .values_reason = ": FilterExpression and KeyConditionExpression are null"}));
  return check_conditional_operator_use(input.conditional_operator, count_of(input.filter));
}

// Of several conditions the legacy ones are compiled before the maps of names and values are looked at.
Result<Query::Request> compile_parameters(QueryInput& input) {
  TRY_ASSIGN(auto filter, compile_filter(kReadWording, input.filter, input.conditional_operator));
  TRY_ASSIGN(auto projection, compile(input.attributes_to_get));
  TRY_ASSIGN(auto starting_key, take_starting_key(kReadWording, std::move(input.exclusive_start_key)));
  if (!input.key_condition_expression && !input.key_conditions) {
    return fail_validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const bool filter_is_legacy = filter.has_value();
  std::optional<expr::Condition> key_condition;
  TRY_ASSIGN(expr::Placeholders placeholders,
             make_placeholders(kReadWording, std::move(input.names), std::move(input.values)));
  if (input.key_condition_expression) {
    TRY_ASSIGN(key_condition, expr::Condition::compile(expr::Parameter::kKeyConditionExpression,
                                                       *input.key_condition_expression, placeholders));
  }
  if (input.filter_expression) {
    TRY_ASSIGN(filter,
               expr::Condition::compile(expr::Parameter::kFilterExpression, *input.filter_expression, placeholders));
  }
  if (input.projection_expression) {
    TRY_ASSIGN(projection, expr::compile_projection(*input.projection_expression, placeholders));
  }
  TRY(placeholders.check_all_used());
  if (key_condition) {
    TRY(key_condition->check_key_condition());
  } else {
    TRY_ASSIGN(key_condition, compile_key_conditions(kReadWording, *input.key_conditions));
  }
  TRY(check_select(input, projection, kSelectWording));
  return Query::Request{.table_name = {},
                        .index_name = {},
                        .key_condition = *std::move(key_condition),
                        .filter = std::move(filter),
                        .filter_is_legacy = filter_is_legacy,
                        .projection = std::move(projection),
                        .limit = {},
                        .exclusive_start_key = std::move(starting_key),
                        .report = {}};
}

}  // namespace

Result<Query::Request> Query::decode(Object body) {
  QueryInput input;
  TRY(read_members<QueryInput>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_combination(input));
  TRY_ASSIGN(Request request, compile_parameters(input));
  take_common(input, request);
  request.forward = input.scan_index_forward.value_or(true);
  return request;
}

}  // namespace stator::api
