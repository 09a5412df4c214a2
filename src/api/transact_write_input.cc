#include "api/transact_write_input.h"

#include <algorithm>
#include <span>

#include "api/structure_readers.h"
#include "api/table_parameters.h"

namespace stator::api {
namespace {

constexpr std::string_view kJavaClass = "TransactWriteItem";
constexpr std::size_t kMostTokenLength = 36;

template <class... Own>
constexpr auto action_members(Own... own) {
  return std::array{
      member<&TransactActionInput::table_name>("TableName"),
      own...,
      member<&TransactActionInput::condition_expression>("ConditionExpression"),
      member<&TransactActionInput::names>("ExpressionAttributeNames"),
      member<&TransactActionInput::values>("ExpressionAttributeValues"),
      member<&TransactActionInput::return_values_on_failure>("ReturnValuesOnConditionCheckFailure"),
  };
}
constexpr auto kPutMembers = action_members(member<&TransactActionInput::item>("Item"));
constexpr auto kUpdateMembers = action_members(member<&TransactActionInput::item>("Key"),
                                               member<&TransactActionInput::update_expression>("UpdateExpression"));
constexpr auto kKeyMembers = action_members(member<&TransactActionInput::item>("Key"));

struct ActionForm {
  TransactAction kind;
  std::string_view name;
  std::string_view path;       // its name in the paths of constraints
  std::string_view item_path;  // that of TransactActionInput::item
  std::span<const Member<TransactActionInput>> members;
};

// In the order in which the service reports what is missing.
constexpr ActionForm kForms[] = {
    {TransactAction::kDelete, "Delete", "delete", "key", kKeyMembers},
    {TransactAction::kPut, "Put", "put", "item", kPutMembers},
    {TransactAction::kUpdate, "Update", "update", "key", kUpdateMembers},
    {TransactAction::kConditionCheck, "ConditionCheck", "conditionCheck", "key", kKeyMembers},
};

std::size_t slot_of(TransactAction kind) { return static_cast<std::size_t>(kind); }

Result<void> read(Element element, std::optional<TransactItems<TransactWriteItemInput>>& field) {
  return read_transact_items(element, kJavaClass, field);
}

void constrain(Constraints& constraints, const TransactActionInput& action, const ActionForm& form, std::size_t index) {
  const auto path = [&](std::string_view of) { return path_of(index, form.path, of); };
  constrain_table_name(constraints, action.table_name, path("tableName"));
  constraints.not_null(action.item.has_value(), path(form.item_path));
  if (form.kind == TransactAction::kUpdate) {
    constraints.not_null(action.update_expression.has_value(), path("updateExpression"));
  }
  if (form.kind == TransactAction::kConditionCheck) {
    constraints.not_null(action.condition_expression.has_value(), path("conditionExpression"));
  }
  if (action.return_values_on_failure) {
    constraints.one_of(action.return_values_on_failure, path("returnValuesOnConditionCheckFailure"),
                       kReturnValuesOnFailureSet);
  }
}

}  // namespace

Result<void> read_entry(Object object, TransactWriteItemInput& input) {
  for (auto [name, element] : object) {
    const auto* const form = std::ranges::find(kForms, name, &ActionForm::name);
    if (form == std::end(kForms) || element.is_null()) continue;
    TRY_ASSIGN(const Object action, read_structure(element, form->name, Place::kMember));
    TRY(read_members<TransactActionInput>(action, form->members, input.actions[slot_of(form->kind)].emplace()));
  }
  return {};
}

Result<void> read_transact_write(Object body, TransactWriteItemsInput& input) {
  static constexpr std::array kMembers{
      Member<TransactWriteItemsInput>{
          "TransactItems",
          [](Element element, TransactWriteItemsInput& structure) { return read(element, structure.items); }},
      member<&TransactWriteItemsInput::client_request_token>("ClientRequestToken"),
      member<&TransactWriteItemsInput::return_consumed_capacity>("ReturnConsumedCapacity"),
      member<&TransactWriteItemsInput::return_item_collection_metrics>("ReturnItemCollectionMetrics"),
  };
  return read_members<TransactWriteItemsInput>(body, kMembers, input);
}

Result<void> check_constraints(const TransactWriteItemsInput& input) {
  Constraints constraints;
  constraints.length_between(input.client_request_token, "clientRequestToken", 1, kMostTokenLength);
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  constraints.one_of(input.return_item_collection_metrics, "returnItemCollectionMetrics",
                     kReturnItemCollectionMetricsSet);
  constrain_count(constraints, input.items, kJavaClass);
  for (std::size_t i = 0; input.items && i < input.items->entries.size(); ++i) {
    for (const ActionForm& form : kForms) {
      const auto& action = input.items->entries[i].actions[slot_of(form.kind)];
      if (action) constrain(constraints, *action, form, i);
    }
  }
  return constraints.result();
}

}  // namespace stator::api
