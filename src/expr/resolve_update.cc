#include <fmt/format.h>

#include "expr/path_tree.h"
#include "expr/resolve.h"
#include "expr/words.h"

namespace stator::expr {
namespace {

using model::Type;

// The long names that only the messages on ADD and DELETE use.
std::string_view long_type_name(Type type) {
  switch (type) {
    case Type::kNull:
      return "NULL";
    case Type::kBool:
      return "BOOLEAN";
    case Type::kNumber:
      return "NUMBER";
    case Type::kString:
      return "STRING";
    case Type::kBinary:
      return "BINARY";
    case Type::kNumberSet:
      return "NUMBER_SET";
    case Type::kStringSet:
      return "STRING_SET";
    case Type::kBinarySet:
      return "BINARY_SET";
    case Type::kList:
      return "LIST";
    case Type::kMap:
      return "MAP";
  }
  return "";
}

Result<void> require_type(std::string_view operator_name, const UpdateOperand& operand, Type wanted) {
  if (operand.kind != UpdateOperand::Kind::kValue) return {};
  const Type type = operand.value->view().type();
  return type == wanted ? Result<void>() : fail_validation(operand_type_text(operator_name, type));
}

Result<void> check_section_operand(const UpdateAction& action) {
  const Type type = action.left.value->view().type();
  if (is_set(type) || (type == Type::kNumber && action.section == Section::kAdd)) return {};
  return fail_validation(
      fmt::format("Incorrect operand type for operator or function; operator: {0}, operand type: {1}, typeSet: "
                  "ALLOWED_FOR_{0}_OPERAND",
                  section_name(action.section), long_type_name(type)));
}

class UpdateResolver {
 public:
  explicit UpdateResolver(Placeholders& placeholders) : resolver_(placeholders) {}

  Result<void> path(const ActionSyntax& syntax, UpdateAction& action) {
    action.section = syntax.section;
    TRY_ASSIGN(action.path, resolver_.path(syntax.path));
    return {};
  }

  Result<void> operands(const ActionSyntax& syntax, UpdateAction& action) {
    if (syntax.section == Section::kRemove) return {};
    TRY_ASSIGN(action.left, operand(syntax.left));
    if (syntax.section != Section::kSet) return check_section_operand(action);
    action.arithmetic = syntax.arithmetic;
    if (action.arithmetic == Arithmetic::kNone) return {};
    TRY_ASSIGN(action.right, operand(syntax.right));
    const std::string_view sign = action.arithmetic == Arithmetic::kAdd ? "+" : "-";
    TRY(require_type(sign, action.left, Type::kNumber));
    return require_type(sign, action.right, Type::kNumber);
  }

 private:
  Result<UpdateOperand> operand(const OperandSyntax& syntax) {
    UpdateOperand operand;
    switch (syntax.kind) {
      case OperandSyntax::Kind::kPath: {
        TRY_ASSIGN(operand.path, resolver_.path(syntax.path));
        break;
      }
      case OperandSyntax::Kind::kValue: {
        operand.kind = UpdateOperand::Kind::kValue;
        TRY_ASSIGN(operand.value, resolver_.value(syntax.text));
        break;
      }
      case OperandSyntax::Kind::kFunction:
        return function(syntax);
    }
    return operand;
  }

  Result<UpdateOperand> function(const OperandSyntax& syntax) {
    UpdateOperand result;
    for (const OperandSyntax& argument : syntax.arguments) {
      TRY_ASSIGN(UpdateOperand resolved, operand(argument));
      result.arguments.push_back(std::move(resolved));
    }
    if (result.arguments.size() != 2) {
      return fail_validation(operand_count_text(syntax.text, result.arguments.size()));
    }
    if (syntax.text == "list_append") {
      result.kind = UpdateOperand::Kind::kListAppend;
      for (const UpdateOperand& argument : result.arguments) TRY(require_type(syntax.text, argument, Type::kList));
      return result;
    }
    result.kind = UpdateOperand::Kind::kIfNotExists;
    if (syntax.arguments.front().kind != OperandSyntax::Kind::kPath) {
      return fail_validation(
          fmt::format("Operator or function requires a document path; operator or function: {}", syntax.text));
    }
    result.path = std::move(result.arguments.front().path);
    result.arguments.erase(result.arguments.begin());
    return result;
  }

  Resolver resolver_;
};

}  // namespace

Result<UpdateProgram> resolve_update(const Parsed<UpdateSyntax>& parsed, Placeholders& placeholders) {
  TRY(check_words(parsed));
  const std::vector<ActionSyntax>& actions = parsed.tree.actions;
  UpdateResolver resolver(placeholders);
  UpdateProgram program;
  program.actions.resize(actions.size());
  PathTree tree;
  for (std::size_t i = actions.size(); i-- > 0;) {
    TRY(resolver.path(actions[i], program.actions[i]));
    TRY(tree.add(program.actions[i].path));
  }
  for (std::size_t i = actions.size(); i-- > 0;) TRY(resolver.operands(actions[i], program.actions[i]));
  return program;
}

}  // namespace stator::expr
