#include <fmt/format.h>

#include "expr/ast.h"

namespace stator::expr {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string dump(const ActionSyntax& action) {
  std::string out = fmt::format("({} {}", lower(section_name(action.section)), dump(action.path));
  if (action.section == Section::kRemove) return out + ")";
  if (action.arithmetic == Arithmetic::kNone) return fmt::format("{} {})", out, dump(action.left));
  const char sign = action.arithmetic == Arithmetic::kAdd ? '+' : '-';
  return fmt::format("{} ({} {} {}))", out, sign, dump(action.left), dump(action.right));
}

}  // namespace

std::string dump(const PathSyntax& path) {
  std::string out;
  for (const StepSyntax& step : path) {
    if (step.kind == StepSyntax::Kind::kIndex) {
      out += fmt::format("[{}]", step.text);
    } else {
      if (!out.empty()) out += '.';
      out += step.text;
    }
  }
  return out;
}

std::string dump(const OperandSyntax& operand) {
  switch (operand.kind) {
    case OperandSyntax::Kind::kPath:
      return dump(operand.path);
    case OperandSyntax::Kind::kValue:
      return std::string(operand.text);
    case OperandSyntax::Kind::kFunction:
      break;
  }
  std::string out = fmt::format("({}", operand.text);
  for (const OperandSyntax& argument : operand.arguments) out += " " + dump(argument);
  return out + ")";
}

std::string dump(const ConditionSyntax& condition) {
  if (!condition.op) return dump(condition.operands.front());
  std::string out = "(" + lower(operator_name(*condition.op));
  for (const OperandSyntax& operand : condition.operands) out += " " + dump(operand);
  for (const ConditionSyntax& child : condition.children) out += " " + dump(child);
  return out + ")";
}

std::string dump(const UpdateSyntax& update) {
  std::string out;
  for (const ActionSyntax& action : update.actions) out += (out.empty() ? "" : " ") + dump(action);
  return out;
}

}  // namespace stator::expr
