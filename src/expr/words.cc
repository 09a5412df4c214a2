#include "expr/words.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "expr/reserved_words.h"

namespace stator::expr {
namespace {

// List indexes go as far as a Java int.
constexpr std::uint32_t kMaxIndex = std::numeric_limits<std::int32_t>::max();

enum class FunctionGroup : std::uint8_t { kUnknown, kCondition, kSize, kUpdate };

FunctionGroup function_group(std::string_view name) {
  if (name == "size") return FunctionGroup::kSize;
  if (name == "if_not_exists" || name == "list_append") return FunctionGroup::kUpdate;
  for (const Operator op : {Operator::kAttributeExists, Operator::kAttributeNotExists, Operator::kAttributeType,
                            Operator::kBeginsWith, Operator::kContains}) {
    if (name == operator_name(op)) return FunctionGroup::kCondition;
  }
  return FunctionGroup::kUnknown;
}

std::unexpected<Error> unknown_function(std::string_view name) {
  return fail_validation(fmt::format("Invalid function name; function: {}", name));
}

std::unexpected<Error> misplaced_function(std::string_view name) {
  return fail_validation(
      fmt::format("The function is not allowed to be used this way in an expression; function: {}", name));
}

Result<void> check_path(const PathSyntax& path) {
  for (const StepSyntax& step : path) {
    if (step.kind == StepSyntax::Kind::kIdentifier && is_reserved_word(step.text)) {
      return fail_validation(fmt::format("Attribute name is a reserved keyword; reserved keyword: {}", step.text));
    }
    if (step.kind != StepSyntax::Kind::kIndex) continue;
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
    if (error != std::errc() || index > kMaxIndex) {
      return fail_validation(fmt::format("List index is not within the allowable range; index: [{}]", step.text));
    }
  }
  return {};
}

// `wanted` is what may stand here: a condition, or size() as an operand.
Result<void> check_condition_operand(const OperandSyntax& operand, FunctionGroup wanted) {
  if (operand.kind == OperandSyntax::Kind::kPath) return check_path(operand.path);
  if (operand.kind == OperandSyntax::Kind::kValue) return {};
  const FunctionGroup group = function_group(operand.text);
  if (group == FunctionGroup::kUnknown) return unknown_function(operand.text);
  if (group == FunctionGroup::kUpdate) {
    return fail_validation(
        fmt::format("The function is not allowed in a condition expression; function: {}", operand.text));
  }
  if (group != wanted) return misplaced_function(operand.text);
  for (const OperandSyntax& argument : operand.arguments) {
    TRY(check_condition_operand(argument, FunctionGroup::kSize));
  }
  return {};
}

Result<void> check_condition(const ConditionSyntax& condition) {
  const FunctionGroup wanted = condition.op ? FunctionGroup::kSize : FunctionGroup::kCondition;
  for (const OperandSyntax& operand : condition.operands) TRY(check_condition_operand(operand, wanted));
  for (const ConditionSyntax& child : condition.children) TRY(check_condition(child));
  return {};
}

// list_append() stands for the whole value of a SET, if_not_exists() for any operand.
Result<void> check_update_operand(const OperandSyntax& operand, bool is_whole_value) {
  if (operand.kind == OperandSyntax::Kind::kPath) return check_path(operand.path);
  if (operand.kind == OperandSyntax::Kind::kValue) return {};
  const FunctionGroup group = function_group(operand.text);
  if (group == FunctionGroup::kUnknown) return unknown_function(operand.text);
  if (group != FunctionGroup::kUpdate) {
    return fail_validation(
        fmt::format("The function is not allowed in an update expression; function: {}", operand.text));
  }
  if (operand.text == "list_append" && !is_whole_value) return misplaced_function(operand.text);
  for (const OperandSyntax& argument : operand.arguments) TRY(check_update_operand(argument, false));
  return {};
}

Result<void> check_notes(const ParseNotes& notes) {
  if (notes.too_many_operators) return fail_validation(too_many_operators_text());
  if (notes.redundant_parentheses) return fail_validation(std::string(kRedundantParentheses));
  return {};
}

}  // namespace

Result<void> check_words(const Parsed<ConditionSyntax>& parsed) {
  TRY(check_notes(parsed.notes));
  return check_condition(parsed.tree);
}

Result<void> check_words(const Parsed<UpdateSyntax>& parsed) {
  TRY(check_notes(parsed.notes));
  for (const ActionSyntax& action : parsed.tree.actions) {
    TRY(check_path(action.path));
    const bool has_arithmetic = action.arithmetic != Arithmetic::kNone;
    TRY(check_update_operand(action.left, !has_arithmetic));
    if (has_arithmetic) TRY(check_update_operand(action.right, false));
  }
  if (!parsed.tree.repeated) return {};
  return fail_validation(fmt::format("The \"{}\" section can only be used once in an update expression;",
                                     section_name(*parsed.tree.repeated)));
}

Result<void> check_words(const Parsed<std::vector<PathSyntax>>& parsed) {
  TRY(check_notes(parsed.notes));
  for (const PathSyntax& path : parsed.tree) TRY(check_path(path));
  return {};
}

}  // namespace stator::expr
