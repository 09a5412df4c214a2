#include "api/scan.h"

#include <utility>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/page_parameters.h"
#include "model/limits.h"

namespace stator::api {
namespace {

struct ScanInput : PageInput {
  std::optional<std::int32_t> segment;
  std::optional<std::int32_t> total_segments;
};

constexpr auto kMembers = page_members<ScanInput>("ScanFilter", member<&ScanInput::segment>("Segment"),
                                                  member<&ScanInput::total_segments>("TotalSegments"));

Result<void> check_constraints(const ScanInput& input) {
  TRY(check_table_name(input.table_name));
  Constraints constraints;
  constrain_select_and_index(constraints, input);
  constraints.at_least(input.total_segments, "totalSegments", 1);
  constraints.at_most(input.total_segments, "totalSegments", model::kMaxSegments);
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  constraints.one_of(input.conditional_operator, "conditionalOperator", kConditionalOperatorSet);
  constrain(constraints, input.filter, "scanFilter");
  constraints.at_least(input.segment, "segment", 0);
  constraints.at_most(input.segment, "segment", model::kMaxSegments - 1);
  constraints.at_least(input.limit, "limit", 1);
  constrain_attributes_to_get(constraints, input.attributes_to_get);
  return constraints.result();
}

Result<void> check_combination(const ScanInput& input) {
  const bool filter = input.filter_expression.has_value();
  const bool projection = input.projection_expression.has_value();
  TRY(check_mixing(kOlderWording,
                   {{"AttributesToGet", input.attributes_to_get.has_value()},
                    {"ScanFilter", input.filter.has_value()},
                    {"ConditionalOperator", input.conditional_operator.has_value()}},
                   {{"ProjectionExpression", projection}, {"FilterExpression", filter}}));
  TRY(check_placeholder_use(kOlderWording, {.names = input.names.has_value(),
                                            .values = input.values.has_value(),
                                            .any_expression = filter || projection,
                                            .any_with_values = filter,
                                            .values_reason = ": FilterExpression is null"}));
  return check_conditional_operator_use(input.conditional_operator, count_of(input.filter));
}

Result<void> check_segments(const ScanInput& input) {
  if (input.segment && !input.total_segments) {
    return fail_validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  }
  if (input.total_segments && !input.segment) {
    return fail_validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  }
  if (input.segment && *input.segment >= *input.total_segments) {
    return fail_validation(
        fmt::format("The Segment parameter is zero-based and must be less than parameter "
                    "TotalSegments: Segment: {} is not less than TotalSegments: {}",
                    *input.segment, *input.total_segments));
  }
  return {};
}

Result<void> compile_expressions(ScanInput& input, Scan::Request& request) {
  TRY_ASSIGN(expr::Placeholders placeholders,
             make_placeholders(kOlderWording, std::move(input.names), std::move(input.values)));
  if (input.filter_expression) {
    TRY_ASSIGN(request.filter,
               expr::Condition::compile(expr::Parameter::kFilterExpression, *input.filter_expression, placeholders));
  }
  if (input.projection_expression) {
    TRY_ASSIGN(request.projection, expr::compile_projection(*input.projection_expression, placeholders));
  }
  return placeholders.check_all_used();
}

}  // namespace

Result<Scan::Request> Scan::decode(Object body) {
  ScanInput input;
  TRY(read_members<ScanInput>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_combination(input));
  Request request;
  TRY_ASSIGN(request.projection, compile(input.attributes_to_get));
  TRY_ASSIGN(request.filter, compile_filter(kOlderWording, input.filter, input.conditional_operator));
  TRY_ASSIGN(request.exclusive_start_key, take_starting_key(kOlderWording, std::move(input.exclusive_start_key)));
  TRY(check_segments(input));
  TRY(compile_expressions(input, request));
  TRY(check_select(input, request.projection, kOlderWording));
  take_common(input, request);
  request.segment = input.segment.value_or(0);
  request.total_segments = input.total_segments.value_or(1);
  return request;
}

}  // namespace stator::api
