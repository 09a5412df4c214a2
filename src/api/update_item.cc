#include "api/update_item.h"

#include <utility>
#include <vector>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/table_parameters.h"
#include "api/write_parameters.h"

namespace stator::api {
namespace {

struct UpdateItemInput : WriteInput {
  std::optional<WireItem> key;
  std::optional<std::string> update_expression;
  std::optional<std::vector<WireAttributeUpdate>> attribute_updates;
};

constexpr auto kMembers = write_members<UpdateItemInput>(
    member<&UpdateItemInput::key>("Key"), member<&UpdateItemInput::update_expression>("UpdateExpression"),
    member<&UpdateItemInput::attribute_updates>("AttributeUpdates"));

// Without a Key the service falls back to the older form, in which everything is collected, TableName too.
Result<void> check_without_key(const UpdateItemInput& input) {
  Constraints constraints;
  constrain_return_consumed_capacity(constraints, input);
  constrain_table_name(constraints, input.table_name);
  constrain_return_item_collection_metrics(constraints, input);
  constrain_return_values(constraints, input);
  constraints.one_of(input.conditional_operator, "conditionalOperator", kConditionalOperatorSet);
  constraints.not_null(false, "key");
  return constraints.result();
}

// With one, only the first is reported.
Result<void> check_constraints(const UpdateItemInput& input) {
  if (!input.key) return check_without_key(input);
  TRY(check_table_name(input.table_name));
  for (const auto constrain_one : {constrain_return_values, constrain_return_consumed_capacity,
                                   constrain_return_item_collection_metrics, constrain_return_values_on_failure}) {
    Constraints constraints;
    constrain_one(constraints, input);
    TRY(constraints.result());
  }
  Constraints constraints;
  constrain(constraints, input.attribute_updates, "attributeUpdates");
  constrain(constraints, input.expected, "expected");
  return constraints.result();
}

}  // namespace

Result<UpdateItem::Request> UpdateItem::decode(Object body) {
  UpdateItemInput input;
  TRY(read_members<UpdateItemInput>(body, kMembers, input));
  const UpdateParameters parameters{.update_expression = input.update_expression,
                                    .attribute_updates = input.attribute_updates};
  TRY(check_constraints(input));
  TRY(check_combination(input, &parameters));
  TRY_ASSIGN(model::Item key, take_item(kWriteWording, *std::move(input.key)));
  TRY_ASSIGN(WriteExpressions expressions, compile_expressions(input, &parameters));
  return Request{
      .table_name = *input.table_name,
      .key = std::move(key),
      .update = expressions.update ? *std::move(expressions.update) : expr::Update::none(),
      .condition = std::move(expressions.condition),
      .return_values = return_values(input.return_values),
      .return_old_on_failure = input.return_values_on_failure == "ALL_OLD",
      .report = report_options(input.return_consumed_capacity, input.return_item_collection_metrics),
  };
}

}  // namespace stator::api
