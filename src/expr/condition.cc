#include "expr/condition.h"

#include <algorithm>
#include <unordered_set>

#include "expr/bound.h"
#include "expr/evaluate.h"
#include "expr/key_condition_shape.h"
#include "expr/resolve.h"
#include "expr/statement_size.h"

namespace stator::expr {
namespace {

std::string_view parameter_name(Parameter parameter) {
  switch (parameter) {
    case Parameter::kConditionExpression:
      return "ConditionExpression";
    case Parameter::kFilterExpression:
      return "FilterExpression";
    case Parameter::kKeyConditionExpression:
      break;
  }
  return "KeyConditionExpression";
}

Result<ConditionNode> compile_node(std::string_view text, Placeholders& placeholders) {
  TRY_ASSIGN(const auto parsed, parse_condition(text));
  TRY_ASSIGN(ConditionNode root, resolve_condition(parsed, placeholders));
  TRY(check_filled_size(filled_size(root)));
  return root;
}

// True if any path of the tree passes the test.
template <class Test>
bool any_path(const ConditionNode& node, const Test& test) {
  const auto passes = [&](const Operand& operand) { return !operand.path.steps.empty() && test(operand.path); };
  return std::ranges::any_of(node.operands, passes) ||
         std::ranges::any_of(node.children, [&](const ConditionNode& child) { return any_path(child, test); });
}

}  // namespace

Result<Condition> Condition::compile(Parameter parameter, std::string_view text, Placeholders& placeholders) {
  auto node = compile_node(text, placeholders);
  if (!node) return in_parameter(parameter_name(parameter), std::move(node).error());
  return Condition(std::make_shared<const ConditionNode>(*std::move(node)));
}

Result<void> Condition::check_key_condition() const { return check_key_condition_shape(*root_); }

bool Condition::matches(model::MapView item) const { return evaluate(*root_, item); }

bool Condition::mentions(std::string_view name) const {
  return any_path(*root_, [&](const model::DocumentPath& path) { return path.attribute() == name; });
}

bool Condition::reaches_into(std::string_view name) const {
  return any_path(*root_,
                  [&](const model::DocumentPath& path) { return path.steps.size() > 1 && path.attribute() == name; });
}

std::vector<std::string_view> Condition::attributes() const {
  std::vector<std::string_view> names;
  std::unordered_set<std::string_view> seen;
  // Collects, and finds nothing that would end the walk.
  any_path(*root_, [&](const model::DocumentPath& path) {
    if (seen.insert(path.attribute()).second) names.push_back(path.attribute());
    return false;
  });
  return names;
}

std::string Condition::dump() const { return expr::dump(*root_); }

}  // namespace stator::expr
