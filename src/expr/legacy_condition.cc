#include <algorithm>

#include <fmt/format.h>

#include "expr/bound.h"
#include "expr/evaluate.h"
#include "expr/legacy.h"

namespace stator::expr {
namespace {

using model::Type;
using Values = std::vector<model::Value>;

enum class Accepts : std::uint8_t { kAny, kMember, kScalar, kText };  // kMember: what is no set, list or map

struct Rule {
  std::string_view name;
  std::size_t min_values;
  std::size_t max_values;
  Accepts accepts;
  Operator op;
  bool negated = false;
};

// In the order of ComparisonOperator.
constexpr Rule kRules[] = {
    {"EQ", 1, 1, Accepts::kAny, Operator::kEqual},
    {"NE", 1, 1, Accepts::kAny, Operator::kNotEqual},
    {"IN", 1, SIZE_MAX, Accepts::kScalar, Operator::kIn},
    {"LE", 1, 1, Accepts::kScalar, Operator::kLessOrEqual},
    {"LT", 1, 1, Accepts::kScalar, Operator::kLess},
    {"GE", 1, 1, Accepts::kScalar, Operator::kGreaterOrEqual},
    {"GT", 1, 1, Accepts::kScalar, Operator::kGreater},
    {"BETWEEN", 2, 2, Accepts::kScalar, Operator::kBetween},
    {"NOT_NULL", 0, 0, Accepts::kAny, Operator::kAttributeExists},
    {"NULL", 0, 0, Accepts::kAny, Operator::kAttributeNotExists},
    {"CONTAINS", 1, 1, Accepts::kMember, Operator::kContains},
    {"NOT_CONTAINS", 1, 1, Accepts::kMember, Operator::kContains, true},
    {"BEGINS_WITH", 1, 1, Accepts::kText, Operator::kBeginsWith},
};

const Rule& rule_of(ComparisonOperator comparison) { return kRules[static_cast<std::size_t>(comparison)]; }

std::unexpected<Error> invalid(std::string_view reason) {
  return fail_validation(fmt::format("One or more parameter values were invalid: {}", reason));
}

bool accepts(Accepts accepted, Type type) {
  const bool is_text = type == Type::kString || type == Type::kBinary;
  switch (accepted) {
    case Accepts::kAny:
      return true;
    case Accepts::kMember:
      return model::is_scalar(type) || type == Type::kBool || type == Type::kNull;
    case Accepts::kScalar:
      return model::is_scalar(type);
    case Accepts::kText:  // S and B
      break;
  }
  return is_text;
}

Result<void> check_values(const Rule& rule, const Values& values) {
  if (values.size() < rule.min_values || values.size() > rule.max_values) {
    return invalid(fmt::format("Invalid number of argument(s) for the {} ComparisonOperator", rule.name));
  }
  for (const model::Value& value : values) {
    if (!accepts(rule.accepts, value.view().type())) {
      return invalid(fmt::format("ComparisonOperator {} is not valid for {} AttributeValue type", rule.name,
                                 model::type_name(value.view().type())));
    }
  }
  for (const model::Value& value : values) {
    if (value.view().type() != values.front().view().type()) {
      return invalid("AttributeValues inside AttributeValueList must be of same type");
    }
  }
  if (rule.op == Operator::kBetween && model::compare_scalars(values[0].view(), values[1].view()) > 0) {
    return fail_validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  }
  return {};
}

ConditionNode make_node(Operator op, const std::string& attribute, const Values& values) {
  ConditionNode node;
  node.op = op;
  node.operands.push_back({Operand::Kind::kPath, model::DocumentPath{{attribute}}, nullptr});
  for (const model::Value& value : values) {
    node.operands.push_back({Operand::Kind::kValue, {}, std::make_shared<const model::Value>(value)});
  }
  return node;
}

// Fewer are as well looked at one by one.
constexpr std::size_t kMany = 16;

void order_values(ConditionNode& node) {
  if (node.op != Operator::kIn || node.operands.size() <= kMany) return;
  std::sort(node.operands.begin() + 1, node.operands.end(),
            [](const Operand& a, const Operand& b) { return a.value->view().encoded() < b.value->view().encoded(); });
  node.is_ordered = true;
}

void order_children(ConditionNode& node) {
  if (node.children.size() <= kMany) return;
  std::ranges::sort(node.children, {}, attribute_of);
  if (std::ranges::adjacent_find(node.children, {}, attribute_of) != node.children.end()) return;
  const bool decisive = node.op == Operator::kOr;
  const auto decides = [&](const ConditionNode& child) { return evaluate(child, {}) == decisive; };
  node.decided_without = static_cast<std::size_t>(std::ranges::count_if(node.children, decides));
  node.is_ordered = true;
}

ConditionNode make_node(const Rule& rule, const std::string& attribute, const Values& values) {
  ConditionNode node = make_node(rule.op, attribute, values);
  order_values(node);
  if (!rule.negated) return node;
  // NOT_CONTAINS, like CONTAINS, does not hold for an attribute that is not there.
  ConditionNode either;
  either.op = Operator::kOr;
  either.children.push_back(make_node(Operator::kAttributeNotExists, attribute, {}));
  either.children.push_back(std::move(node));
  ConditionNode negation;
  negation.op = Operator::kNot;
  negation.children.push_back(std::move(either));
  return negation;
}

Result<ConditionNode> compile_comparison(const LegacyCondition& condition, const Values& values) {
  const Rule& rule = rule_of(*condition.comparison);
  TRY(check_values(rule, values));
  return make_node(rule, condition.attribute, values);
}

Result<ConditionNode> compile_filter_entry(const LegacyCondition& condition) {
  if (!condition.comparison) {
    return invalid(fmt::format("ComparisonOperator must be given for Attribute: {}", condition.attribute));
  }
  return compile_comparison(condition, condition.attribute_value_list.value_or(Values{}));
}

Result<ConditionNode> compile_expected_entry(const LegacyCondition& condition) {
  TRY(check_form({.attribute = condition.attribute,
                  .comparison = condition.comparison,
                  .exists = condition.exists,
                  .has_value = condition.value.has_value(),
                  .has_list = condition.attribute_value_list.has_value()}));
  if (!condition.comparison) {
    if (!condition.value) return make_node(Operator::kAttributeNotExists, condition.attribute, {});
    return make_node(Operator::kEqual, condition.attribute, {*condition.value});
  }
  Values values = condition.attribute_value_list.value_or(Values{});
  if (condition.value) values.push_back(*condition.value);
  return compile_comparison(condition, values);
}

Result<Condition> compile_all(const std::vector<LegacyCondition>& conditions, ConditionalOperator op,
                              Result<ConditionNode> (*compile)(const LegacyCondition&)) {
  ConditionNode root;
  root.op = op == ConditionalOperator::kOr && !conditions.empty() ? Operator::kOr : Operator::kAnd;
  for (const LegacyCondition& condition : conditions) {
    TRY(check_attribute_name(condition.attribute));
    TRY_ASSIGN(ConditionNode node, compile(condition));
    root.children.push_back(std::move(node));
  }
  order_children(root);
  return Condition(std::make_shared<const ConditionNode>(std::move(root)));
}

// Of an entry without ComparisonOperator.
Result<void> check_exists(const ExpectedForm& form) {
  if (form.has_list) {
    return invalid(
        fmt::format("AttributeValueList can only be used with a ComparisonOperator for Attribute: {}", form.attribute));
  }
  const bool is_absent = form.exists.has_value() && !*form.exists;
  if (is_absent && form.has_value) {
    return invalid(fmt::format("Value cannot be used when Exists is false for Attribute: {}", form.attribute));
  }
  if (is_absent || form.has_value) return {};
  return invalid(fmt::format("Value must be provided when Exists is {} for Attribute: {}",
                             form.exists ? "true" : "null", form.attribute));
}

}  // namespace

Result<void> check_form(const ExpectedForm& form) {
  TRY(check_attribute_name(form.attribute));
  if (form.has_value && form.has_list) {
    return invalid(
        fmt::format("Value and AttributeValueList cannot be used together for Attribute: {}", form.attribute));
  }
  if (!form.comparison) return check_exists(form);
  if (form.exists) {
    return invalid(
        fmt::format("Exists and ComparisonOperator cannot be used together for Attribute: {}", form.attribute));
  }
  const Rule& rule = rule_of(*form.comparison);
  if (rule.min_values == 0 || form.has_value || form.has_list) return {};
  return invalid(fmt::format("Value or AttributeValueList must be used with ComparisonOperator: {} for Attribute: {}",
                             rule.name, form.attribute));
}

Result<Condition> compile_expected(const std::vector<LegacyCondition>& expected, ConditionalOperator op) {
  return compile_all(expected, op, compile_expected_entry);
}

Result<Condition> compile_filter(const std::vector<LegacyCondition>& filter, ConditionalOperator op) {
  return compile_all(filter, op, compile_filter_entry);
}

Result<Condition> compile_key_conditions(const std::vector<LegacyCondition>& conditions) {
  TRY_ASSIGN(Condition compiled, compile_all(conditions, ConditionalOperator::kAnd, compile_filter_entry));
  // How many there may be is the key's to say (bind_key_condition).
  if (conditions.empty()) return fail_validation("Conditions can be of length 1 or 2 only");
  return compiled;
}

}  // namespace stator::expr
