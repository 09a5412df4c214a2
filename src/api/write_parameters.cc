#include "api/write_parameters.h"

#include "api/table_parameters.h"

namespace stator::api {

void constrain_return_values(Constraints& constraints, const WriteInput& input) {
  constraints.one_of(input.return_values, "returnValues", kReturnValuesSet);
}

void constrain_return_consumed_capacity(Constraints& constraints, const WriteInput& input) {
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
}

void constrain_return_item_collection_metrics(Constraints& constraints, const WriteInput& input) {
  constraints.one_of(input.return_item_collection_metrics, "returnItemCollectionMetrics",
                     kReturnItemCollectionMetricsSet);
}

void constrain_return_values_on_failure(Constraints& constraints, const WriteInput& input) {
  constraints.one_of(input.return_values_on_failure, "returnValuesOnConditionCheckFailure", kReturnValuesOnFailureSet);
}

Result<void> check_combination(const WriteInput& input, const UpdateParameters* update) {
  const bool has_update = update != nullptr && update->update_expression.has_value();
  const bool has_condition = input.condition_expression.has_value();
  TRY(check_conditional_operator(kWriteWording, input.conditional_operator));
  TRY(check_mixing(kWriteWording,
                   {{"AttributeUpdates", update != nullptr && update->attribute_updates.has_value()},
                    {"Expected", input.expected.has_value()},
                    {"ConditionalOperator", input.conditional_operator.has_value()}},
                   {{"UpdateExpression", has_update}, {"ConditionExpression", has_condition}}));
  TRY(check_placeholder_use(kWriteWording, {.names = input.names.has_value(),
                                            .values = input.values.has_value(),
                                            .any_expression = has_update || has_condition,
                                            .any_with_values = has_update || has_condition,
                                            .values_reason = {}}));
  return check_conditional_operator_use(input.conditional_operator, count_of(input.expected));
}

Result<void> check_returns_all_old_or_none(const WriteInput& input) {
  if (!input.return_values || *input.return_values == "ALL_OLD" || *input.return_values == "NONE") return {};
  return fail_worded(kWriteWording, "ReturnValues can only be ALL_OLD or NONE");
}

Result<WriteExpressions> compile_expressions(WriteInput& input, const UpdateParameters* update) {
  WriteExpressions compiled;
  if (update != nullptr && update->attribute_updates) {
    TRY_ASSIGN(compiled.update, compile(kWriteWording, *update->attribute_updates));
  }
  TRY_ASSIGN(compiled.condition, compile(kWriteWording, input.expected, input.conditional_operator));
  TRY_ASSIGN(expr::Placeholders placeholders,
             make_placeholders(kWriteWording, std::move(input.names), std::move(input.values)));
  if (update != nullptr && update->update_expression) {
    TRY_ASSIGN(compiled.update, worded(kWriteWording, expr::Update::compile(*update->update_expression, placeholders)));
  }
  if (input.condition_expression) {
    TRY_ASSIGN(compiled.condition,
               worded(kWriteWording, expr::Condition::compile(expr::Parameter::kConditionExpression,
                                                              *input.condition_expression, placeholders)));
  }
  TRY(placeholders.check_all_used());
  return compiled;
}

}  // namespace stator::api
