#include <fmt/format.h>

#include "expr/path_tree.h"
#include "expr/resolve.h"

namespace stator::expr {
namespace {

using model::Type;

constexpr Check kOrder[] = {
    Check::kOperators,       Check::kParentheses,   Check::kReservedWord,    Check::kPathShape,
    Check::kUnknownFunction, Check::kFunctionPlace, Check::kRepeatedSection, Check::kUndefinedName,
    Check::kUndefinedValue,  Check::kOverlap,       Check::kConflict,        Check::kSectionOperand,
    Check::kOperandCount,    Check::kOperandType,
};

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

class UpdateResolver {
 public:
  UpdateResolver(Placeholders& placeholders, Findings& findings)
      : resolver_(placeholders, findings), findings_(findings) {}

  UpdateAction action(const ActionSyntax& syntax) {
    UpdateAction action;
    action.section = syntax.section;
    action.path = resolver_.path(syntax.path);
    if (syntax.section == Section::kRemove) return action;
    action.left = operand(syntax.left, false);
    if (syntax.section != Section::kSet) {
      check_section_operand(action);
      return action;
    }
    action.arithmetic = syntax.arithmetic;
    if (action.arithmetic != Arithmetic::kNone) {
      action.right = operand(syntax.right, false);
      const std::string_view sign = action.arithmetic == Arithmetic::kAdd ? "+" : "-";
      require_type(sign, action.left, Type::kNumber);
      require_type(sign, action.right, Type::kNumber);
    }
    return action;
  }

 private:
  UpdateOperand operand(const OperandSyntax& syntax, bool in_list_append) {
    UpdateOperand operand;
    switch (syntax.kind) {
      case OperandSyntax::Kind::kPath:
        operand.path = resolver_.path(syntax.path);
        break;
      case OperandSyntax::Kind::kValue:
        operand.kind = UpdateOperand::Kind::kValue;
        operand.value = resolver_.value(syntax.text);
        break;
      case OperandSyntax::Kind::kFunction:
        return function(syntax, in_list_append);
    }
    return operand;
  }

  UpdateOperand function(const OperandSyntax& syntax, bool in_list_append) {
    const FunctionGroup group = function_group(syntax.text);
    const bool is_append = syntax.text == "list_append";
    if (group == FunctionGroup::kUnknown) {
      findings_.report(Check::kUnknownFunction, fmt::format("Invalid function name; function: {}", syntax.text));
    } else if (group != FunctionGroup::kUpdate) {
      findings_.report(Check::kFunctionPlace,
                       fmt::format("The function is not allowed in an update expression; function: {}", syntax.text));
    } else if (is_append && in_list_append) {
      findings_.report(
          Check::kFunctionPlace,
          fmt::format("The function is not allowed to be used this way in an expression; function: {}", syntax.text));
    }
    UpdateOperand result;
    for (const OperandSyntax& argument : syntax.arguments) {
      result.arguments.push_back(operand(argument, in_list_append || is_append));
    }
    if (group != FunctionGroup::kUpdate) return result;
    if (result.arguments.size() != 2) {
      findings_.report(Check::kOperandCount, operand_count_text(syntax.text, result.arguments.size()));
      return result;
    }
    if (is_append) {
      result.kind = UpdateOperand::Kind::kListAppend;
      for (const UpdateOperand& argument : result.arguments) require_type(syntax.text, argument, Type::kList);
      return result;
    }
    result.kind = UpdateOperand::Kind::kIfNotExists;
    if (syntax.arguments.front().kind != OperandSyntax::Kind::kPath) {
      findings_.report(
          Check::kOperandType,
          fmt::format("Operator or function requires a document path; operator or function: {}", syntax.text));
    }
    result.path = std::move(result.arguments.front().path);
    result.arguments.erase(result.arguments.begin());
    return result;
  }

  void require_type(std::string_view operator_name, const UpdateOperand& operand, Type wanted) {
    std::optional<Type> type;
    if (operand.kind == UpdateOperand::Kind::kListAppend) type = Type::kList;
    if (operand.kind == UpdateOperand::Kind::kValue && operand.value != nullptr) type = operand.value->view().type();
    if (type && type != wanted) findings_.report(Check::kOperandType, operand_type_text(operator_name, *type));
  }

  void check_section_operand(const UpdateAction& action) {
    if (action.left.value == nullptr) return;
    const Type type = action.left.value->view().type();
    if (is_set(type) || (type == Type::kNumber && action.section == Section::kAdd)) return;
    findings_.report(Check::kSectionOperand,
                     fmt::format("Incorrect operand type for operator or function; operator: {0}, operand type: {1}, "
                                 "typeSet: ALLOWED_FOR_{0}_OPERAND",
                                 section_name(action.section), long_type_name(type)));
  }

  Resolver resolver_;
  Findings& findings_;
};

}  // namespace

Result<UpdateProgram> resolve_update(const Parsed<UpdateSyntax>& parsed, Placeholders& placeholders) {
  Findings findings(parsed.notes);
  if (parsed.tree.repeated) {
    findings.report(Check::kRepeatedSection,
                    fmt::format("The \"{}\" section can only be used once in an update expression;",
                                section_name(*parsed.tree.repeated)));
  }
  UpdateResolver resolver(placeholders, findings);
  UpdateProgram program;
  program.actions.reserve(parsed.tree.actions.size());
  for (const ActionSyntax& action : parsed.tree.actions) program.actions.push_back(resolver.action(action));
  PathTree tree(findings);
  for (const UpdateAction& action : program.actions) tree.add(action.path);
  TRY(findings.result(kOrder));
  return program;
}

}  // namespace stator::expr
