#include <fmt/format.h>

#include "expr/bound.h"
#include "expr/value_text.h"

namespace stator::expr {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string dump(const UpdateOperand& operand) {
  switch (operand.kind) {
    case UpdateOperand::Kind::kPath:
      return operand.path.text();
    case UpdateOperand::Kind::kValue:
      return value_json(operand.value->view());
    case UpdateOperand::Kind::kIfNotExists:
      return fmt::format("(if_not_exists {} {})", operand.path.text(), dump(operand.arguments.front()));
    case UpdateOperand::Kind::kListAppend:
      break;
  }
  return fmt::format("(list_append {} {})", dump(operand.arguments.front()), dump(operand.arguments.back()));
}

std::string dump(const UpdateAction& action) {
  const std::string head = fmt::format("({} {}", lower(section_name(action.section)), action.path.text());
  if (action.section == Section::kRemove) return head + ")";
  if (action.arithmetic == Arithmetic::kNone) return fmt::format("{} {})", head, dump(action.left));
  const char sign = action.arithmetic == Arithmetic::kAdd ? '+' : '-';
  return fmt::format("{} ({} {} {}))", head, sign, dump(action.left), dump(action.right));
}

}  // namespace

std::string dump(const Operand& operand) {
  if (operand.path.steps.empty()) return value_json(operand.value->view());
  return operand.kind == Operand::Kind::kSize ? fmt::format("(size {})", operand.path.text()) : operand.path.text();
}

std::string dump(const ConditionNode& node) {
  std::string out = "(" + lower(operator_name(node.op));
  for (const Operand& operand : node.operands) out += " " + dump(operand);
  for (const ConditionNode& child : node.children) out += " " + dump(child);
  if (node.op == Operator::kAttributeType) out += fmt::format(" {}", model::type_name(node.type));
  return out + ")";
}

std::string dump(const UpdateProgram& program) {
  std::string out;
  for (const UpdateAction& action : program.actions) out += (out.empty() ? "" : " ") + dump(action);
  return out;
}

}  // namespace stator::expr
