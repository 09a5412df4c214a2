#include "expr/key_condition.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

Result<void> check_value(model::ValueView value, const model::KeyAttribute& attribute, KeyPart part,
                         std::string_view index) {
  if (!value.is(attribute.type)) {
    return fail_validation(
        "One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  TRY(check_key_not_empty(attribute, value, index));
  return check_key_size(part, value);
}

Result<SortCondition> bind(const ConditionNode& node, const model::KeyAttribute& attribute, KeyPart part,
                           std::string_view index) {
  const auto op = sort_operator(node);
  if (!op) return fail_validation("Attempted conditional constraint is not an indexable operation");
  SortCondition bound;
  bound.op = *op;
  std::vector<SharedValue> values;
  for (const Operand& operand : node.operands) {
    if (operand.kind != Operand::Kind::kValue) continue;
    TRY(check_value(operand.value->view(), attribute, part, index));
    values.push_back(operand.value);
  }
  if (values.empty()) return not_supported();
  bound.operand = *values.front();
  if (*op == SortOperator::kBetween) bound.upper = *values.back();
  return bound;
}

std::unexpected<Error> missed(const model::KeyAttribute& attribute) {
  return fail_validation(fmt::format("Query condition missed key schema element: {}", attribute.name));
}

// Of a partition key of several attributes: that all have a condition with `=`.
Result<void> check_partition_attributes(const std::vector<const ConditionNode*>& conditions,
                                        std::span<const model::KeyAttribute> partition) {
  std::vector<std::string_view> unequal;
  for (const model::KeyAttribute& attribute : partition) {
    const ConditionNode* node = condition_on(conditions, attribute.name);
    if (node == nullptr || node->op != Operator::kEqual) unequal.push_back(attribute.name);
  }
  if (unequal.empty()) return {};
  return fail_validation(fmt::format("HASH key attributes {} must have equality conditions specified in the query",
                                     fmt::join(unequal, ", ")));
}

// That the `count` conditions which are not on the partition key are on the first attributes of the sort key, all but
// the last with `=`.
Result<void> check_sort_attributes(const std::vector<const ConditionNode*>& conditions,
                                   std::span<const model::KeyAttribute> sort, std::size_t count) {
  std::vector<std::string_view> unequal;  // so far
  std::size_t found = 0;
  const model::KeyAttribute* first_missed = nullptr;
  for (const model::KeyAttribute& attribute : sort) {
    const ConditionNode* node = condition_on(conditions, attribute.name);
    if (node == nullptr && first_missed == nullptr) first_missed = &attribute;
    if (node != nullptr) {
      ++found;
      if (!unequal.empty()) {
        return fail_validation(
            fmt::format("RANGE key attributes {} must have equality conditions specified in the query because a "
                        "condition is present on key attribute {}",
                        fmt::join(unequal, ", "), attribute.name));
      }
    }
    if (node == nullptr || node->op != Operator::kEqual) unequal.push_back(attribute.name);
  }
  if (found < count) return missed(*first_missed);
  return {};
}

}  // namespace

Result<KeyCondition> bind_key_condition(const Condition& condition, const model::KeySchema& key,
                                        std::string_view index) {
  const auto conditions = joined_conditions(condition.root());
  if (key.size() == 1 && conditions.size() == 2) return not_supported();
  if (conditions.size() > key.size()) {
    return fail_validation(fmt::format(
        "The number of query conditions ({}) exceeds the number of key attributes defined in the schema ({})",
        conditions.size(), key.size()));
  }
  if (key.partition().size() > 1) TRY(check_partition_attributes(conditions, key.partition()));
  KeyCondition bound;
  for (const model::KeyAttribute& attribute : key.partition()) {
    const ConditionNode* node = condition_on(conditions, attribute.name);
    if (node == nullptr) return missed(attribute);
    TRY_ASSIGN(SortCondition partition, bind(*node, attribute, KeyPart::kPartition, index));
    if (partition.op != SortOperator::kEqual) return not_supported();
    bound.equal.push_back(std::move(partition.operand));
  }
  const std::size_t on_sort = conditions.size() - key.partition().size();
  TRY(check_sort_attributes(conditions, key.sort(), on_sort));
  for (const model::KeyAttribute& attribute : key.sort().first(on_sort)) {
    TRY_ASSIGN(SortCondition sort, bind(*condition_on(conditions, attribute.name), attribute, KeyPart::kSort, index));
    if (sort.op == SortOperator::kEqual) {
      bound.equal.push_back(std::move(sort.operand));
    } else {
      bound.sort = std::move(sort);
    }
  }
  return bound;
}

}  // namespace stator::expr
