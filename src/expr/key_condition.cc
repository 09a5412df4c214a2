#include "expr/key_condition.h"

#include <algorithm>

#include <fmt/format.h>

#include "expr/key_condition_shape.h"
#include "expr/key_limits.h"

namespace stator::expr {
namespace {

std::unexpected<Error> not_supported() { return fail_validation("Query key condition not supported"); }

bool is_on(const ConditionNode& node, std::string_view attribute) {
  const auto names_it = [attribute](const Operand& operand) {
    return !operand.path.steps.empty() && operand.path.attribute() == attribute;
  };
  // Only NOT_CONTAINS has children.
  return std::ranges::any_of(node.operands, names_it) ||
         std::ranges::any_of(node.children, [&](const ConditionNode& child) { return is_on(child, attribute); });
}

// The condition on `attribute`; null if there is none.
const ConditionNode* condition_on(const std::vector<const ConditionNode*>& conditions, std::string_view attribute) {
  const auto found =
      std::ranges::find_if(conditions, [attribute](const ConditionNode* node) { return is_on(*node, attribute); });
  return found == conditions.end() ? nullptr : *found;
}

// The operator as it reads with the attribute on the left: `:v < a` is `a > :v`.
std::optional<SortOperator> sort_operator(const ConditionNode& node) {
  const bool attribute_first = !node.operands.empty() && node.operands.front().kind == Operand::Kind::kPath;
  switch (node.op) {
    case Operator::kEqual:
      return SortOperator::kEqual;
    case Operator::kLess:
      return attribute_first ? SortOperator::kLess : SortOperator::kGreater;
    case Operator::kLessOrEqual:
      return attribute_first ? SortOperator::kLessOrEqual : SortOperator::kGreaterOrEqual;
    case Operator::kGreater:
      return attribute_first ? SortOperator::kGreater : SortOperator::kLess;
    case Operator::kGreaterOrEqual:
      return attribute_first ? SortOperator::kGreaterOrEqual : SortOperator::kLessOrEqual;
    case Operator::kBetween:
      return SortOperator::kBetween;
    case Operator::kBeginsWith:
      return SortOperator::kBeginsWith;
    default:
      return std::nullopt;
  }
}

Result<void> check_value(model::ValueView value, const model::KeyAttribute& attribute, KeyPart part) {
  if (!value.is(attribute.type)) {
    return fail_validation(
        "One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  TRY(check_key_not_empty(attribute, value));
  return check_key_size(part, value);
}

Result<SortCondition> bind(const ConditionNode& node, const model::KeyAttribute& attribute, KeyPart part) {
  const auto op = sort_operator(node);
  if (!op) return fail_validation("Attempted conditional constraint is not an indexable operation");
  SortCondition bound;
  bound.op = *op;
  std::vector<SharedValue> values;
  for (const Operand& operand : node.operands) {
    if (operand.kind != Operand::Kind::kValue) continue;
    TRY(check_value(operand.value->view(), attribute, part));
    values.push_back(operand.value);
  }
  if (values.empty()) return not_supported();
  bound.operand = *values.front();
  if (*op == SortOperator::kBetween) bound.upper = *values.back();
  return bound;
}

}  // namespace

Result<KeyCondition> bind_key_condition(const Condition& condition, const model::KeySchema& key) {
  const auto conditions = joined_conditions(condition.root());
  if (conditions.size() > key.size()) {
    return fail_validation(fmt::format(
        "The number of query conditions ({}) exceeds the number of key attributes defined in the schema ({})",
        conditions.size(), key.size()));
  }
  const auto missed = [](const model::KeyAttribute& attribute) {
    return fail_validation(fmt::format("Query condition missed key schema element: {}", attribute.name));
  };
  const ConditionNode* on_partition = condition_on(conditions, key.partition.name);
  if (on_partition == nullptr) return missed(key.partition);
  TRY_ASSIGN(SortCondition partition, bind(*on_partition, key.partition, KeyPart::kPartition));
  if (partition.op != SortOperator::kEqual) return not_supported();
  KeyCondition bound{.partition = std::move(partition.operand), .sort = std::nullopt};
  if (conditions.size() == 1) return bound;

  const ConditionNode* on_sort = condition_on(conditions, key.sort->name);
  if (on_sort == nullptr) return missed(*key.sort);
  TRY_ASSIGN(bound.sort, bind(*on_sort, *key.sort, KeyPart::kSort));
  return bound;
}

}  // namespace stator::expr
