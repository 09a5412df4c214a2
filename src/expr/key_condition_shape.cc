#include "expr/key_condition_shape.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace stator::expr {
namespace {

void collect(const ConditionNode& node, std::vector<const ConditionNode*>& found) {
  if (node.op != Operator::kAnd) {
    found.push_back(&node);
    return;
  }
  for (const ConditionNode& child : node.children) collect(child, found);
}

bool is_path(const Operand& operand) { return operand.kind == Operand::Kind::kPath; }

bool is_key_operator(Operator op) { return op == Operator::kEqual || op == Operator::kBeginsWith || is_ordering(op); }

std::unexpected<Error> invalid_condition(std::string_view reason) {
  return fail_validation(fmt::format("Invalid condition in KeyConditionExpression: {}", reason));
}

Result<void> check(const ConditionNode& node) {
  if (!is_key_operator(node.op)) {
    return fail_validation(fmt::format("Invalid operator used in KeyConditionExpression: {}", operator_name(node.op)));
  }
  for (const Operand& operand : node.operands) {
    if (operand.kind == Operand::Kind::kSize) {
      return fail_validation("KeyConditionExpressions cannot contain nested operations");
    }
  }
  const bool needs_path_first = node.op == Operator::kBetween || node.op == Operator::kBeginsWith;
  if (needs_path_first && !is_path(node.operands.front())) {
    return invalid_condition(
        fmt::format("{} operator must have the key attribute as its first operand", operator_name(node.op)));
  }
  const auto paths = std::ranges::count_if(node.operands, is_path);
  if (paths > 1) return invalid_condition("Multiple attribute names used in one condition");
  if (paths == 0) return invalid_condition("No key attribute specified");
  const auto path = std::ranges::find_if(node.operands, is_path);
  if (path->path.steps.size() > 1) {
    return fail_validation(
        "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes");
  }
  return {};
}

}  // namespace

std::vector<const ConditionNode*> joined_conditions(const ConditionNode& root) {
  std::vector<const ConditionNode*> found;
  collect(root, found);
  return found;
}

Result<void> check_key_condition_shape(const ConditionNode& root) {
  const auto conditions = joined_conditions(root);
  std::set<std::string_view> attributes;
  for (const ConditionNode* node : conditions) {
    TRY(check(*node));
    if (!attributes.insert(std::ranges::find_if(node->operands, is_path)->path.attribute()).second) {
      return fail_validation(
          "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
    }
  }
  return {};
}

}  // namespace stator::expr
