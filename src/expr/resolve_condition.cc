#include <algorithm>

#include <fmt/format.h>

#include "expr/evaluate.h"
#include "expr/resolve.h"
#include "expr/value_text.h"
#include "model/value_writer.h"

namespace stator::expr {
namespace {

using model::Type;

constexpr std::size_t kMaxInOperands = 100;

constexpr Check kConditionChecks[] = {
    Check::kUndefinedName, Check::kUndefinedValue, Check::kOperandCount, Check::kDistinctOperands, Check::kOperandType,
};
constexpr Check kOrder[] = {
    Check::kOperators,    Check::kParentheses, Check::kUnknownFunction, Check::kFunctionPlace,
    Check::kReservedWord, Check::kPathShape,   Check::kCondition,
};

bool has_size(Type type) { return type != Type::kNumber && type != Type::kBool && type != Type::kNull; }

bool same_place(const Operand& a, const Operand& b) {
  return a.kind == b.kind && !a.path.steps.empty() && a.path == b.path;
}

std::string misplaced_text(std::string_view function) {
  return fmt::format("The function is not allowed to be used this way in an expression; function: {}", function);
}

SharedValue size_value(model::ValueView value) {
  std::string encoded;
  model::append_number(encoded, model::Number::from_int(static_cast<std::int64_t>(size_of(value).value_or(0))));
  return std::make_shared<const model::Value>(std::move(encoded));
}

class ConditionResolver {
 public:
  ConditionResolver(Placeholders& placeholders, Findings& findings)
      : resolver_(placeholders, findings), findings_(findings) {}

  ConditionNode node(const ConditionSyntax& syntax) {
    ConditionNode node;
    if (!syntax.op) return function(syntax.operands.front());
    node.op = *syntax.op;
    if (!syntax.children.empty()) {
      for (const ConditionSyntax& child : syntax.children) node.children.push_back(this->node(child));
      return node;
    }
    for (const OperandSyntax& operand : syntax.operands) node.operands.push_back(this->operand(operand));
    check_distinct(node);
    check_comparison(node);
    findings_.settle(kConditionChecks);
    return node;
  }

 private:
  // The type of an operand that the request shows: of a value, and N of any size().
  static std::optional<Type> known_type(const Operand& operand) {
    if (operand.kind == Operand::Kind::kSize) return Type::kNumber;
    if (operand.kind == Operand::Kind::kValue && operand.value != nullptr) return operand.value->view().type();
    return std::nullopt;
  }

  Operand operand(const OperandSyntax& syntax) {
    Operand operand;
    switch (syntax.kind) {
      case OperandSyntax::Kind::kPath:
        operand.path = resolver_.path(syntax.path);
        break;
      case OperandSyntax::Kind::kValue:
        operand.kind = Operand::Kind::kValue;
        operand.value = resolver_.value(syntax.text);
        break;
      case OperandSyntax::Kind::kFunction:
        return nested_function(syntax);
    }
    return operand;
  }

  Operand nested_function(const OperandSyntax& syntax) {
    std::vector<Operand> arguments;
    for (const OperandSyntax& argument : syntax.arguments) arguments.push_back(operand(argument));
    if (!is_allowed(syntax.text, FunctionGroup::kSize)) return {};
    if (arguments.size() != 1) {
      findings_.report(Check::kOperandCount, operand_count_text(syntax.text, arguments.size()));
      return {};
    }
    if (const auto type = known_type(arguments.front()); type && !has_size(*type)) {
      findings_.report(Check::kOperandType, operand_type_text(syntax.text, *type));
    }
    Operand size = std::move(arguments.front());
    size.kind = Operand::Kind::kSize;
    if (size.value != nullptr) size.value = size_value(size.value->view());
    return size;
  }

  bool is_allowed(std::string_view function, FunctionGroup wanted) {
    const FunctionGroup group = function_group(function);
    if (group == wanted) return true;
    if (group == FunctionGroup::kUnknown) {
      findings_.report(Check::kUnknownFunction, fmt::format("Invalid function name; function: {}", function));
    } else if (group == FunctionGroup::kUpdate) {
      findings_.report(Check::kFunctionPlace,
                       fmt::format("The function is not allowed in a condition expression; function: {}", function));
    } else {
      findings_.report(Check::kFunctionPlace, misplaced_text(function));
    }
    return false;
  }

  ConditionNode function(const OperandSyntax& syntax) {
    ConditionNode node;
    const bool allowed = is_allowed(syntax.text, FunctionGroup::kCondition);
    for (const OperandSyntax& argument : syntax.arguments) node.operands.push_back(operand(argument));
    if (allowed) {
      for (const Operator op : {Operator::kAttributeExists, Operator::kAttributeNotExists, Operator::kAttributeType,
                                Operator::kBeginsWith, Operator::kContains}) {
        if (syntax.text == operator_name(op)) node.op = op;
      }
      check_function(node);
    }
    findings_.settle(kConditionChecks);
    return node;
  }

  void check_function(ConditionNode& node) {
    const std::string_view name = operator_name(node.op);
    const bool is_unary = node.op == Operator::kAttributeExists || node.op == Operator::kAttributeNotExists;
    if (node.operands.size() != (is_unary ? 1 : 2)) {
      findings_.report(Check::kOperandCount, operand_count_text(name, node.operands.size()));
      return;
    }
    if (is_unary) {
      if (node.operands.front().kind != Operand::Kind::kPath) {
        findings_.report(Check::kOperandType,
                         fmt::format("Operator or function requires a document path; operator or function: {}", name));
      }
      return;
    }
    check_distinct(node);
    if (node.op == Operator::kAttributeType) check_attribute_type(node);
    if (node.op == Operator::kBeginsWith) {
      for (const Operand& operand : node.operands) {
        const auto type = known_type(operand);
        if (type && type != Type::kString && type != Type::kBinary) {
          findings_.report(Check::kOperandType, operand_type_text(name, *type));
        }
      }
    }
  }

  void check_attribute_type(ConditionNode& node) {
    const Operand& wanted = node.operands.back();
    const auto type = known_type(wanted);
    if (type && type != Type::kString) {
      findings_.report(Check::kOperandType, operand_type_text(operator_name(node.op), *type));
    } else if (wanted.kind == Operand::Kind::kPath) {
      // The service lists the types of its storage too.
      findings_.report(Check::kOperandType,
                       "Incorrect operand type for operator or function; operator or function: attribute_type, operand "
                       "type: {S,SS,N,NS,B,BS,BOOL,NULL,L,M,HD,DOUBLE,FLOAT,HDS,FS,DOUBLESET,DICT,DECIMAL,INT,"
                       "DECIMALSET,INTSET}");
    } else if (type) {
      const std::string_view name = wanted.value->view().bytes();
      if (const auto found = model::type_from_name(name)) {
        node.type = *found;
        node.operands.pop_back();
      } else {
        findings_.report(Check::kOperandType, fmt::format("Invalid attribute type name found; type: {}, valid types: "
                                                          "{{S,SS,N,NS,B,BS,BOOL,NULL,L,M}}",
                                                          name));
      }
    }
  }

  void check_distinct(const ConditionNode& node) {
    const Operand& first = node.operands.front();
    const bool repeated = std::any_of(node.operands.begin() + 1, node.operands.end(),
                                      [&](const Operand& other) { return same_place(first, other); });
    if (!repeated) return;
    findings_.report(Check::kDistinctOperands,
                     fmt::format("The first operand must be distinct from the remaining operands for this operator or "
                                 "function; operator: {}, first operand: {}",
                                 operator_name(node.op), first.path.text()));
  }

  void check_comparison(const ConditionNode& node) {
    if (node.op == Operator::kIn && node.operands.size() > kMaxInOperands + 1) {
      findings_.report(Check::kOperandCount,
                       fmt::format("The IN operator is provided with too many operands; number of operands: {}",
                                   node.operands.size() - 1));
    }
    if (!is_ordering(node.op)) return;
    for (const Operand& operand : node.operands) {
      if (const auto type = known_type(operand); type && !is_scalar(*type)) {
        findings_.report(Check::kOperandType, operand_type_text(operator_name(node.op), *type));
        return;
      }
    }
    if (node.op == Operator::kBetween) check_bounds(node.operands[1], node.operands[2]);
  }

  void check_bounds(const Operand& lower, const Operand& upper) {
    if (lower.kind != Operand::Kind::kValue || upper.kind != Operand::Kind::kValue) return;
    if (lower.value == nullptr || upper.value == nullptr) return;
    const model::ValueView low = lower.value->view();
    const model::ValueView high = upper.value->view();
    std::string_view rule;
    if (low.type() != high.type()) {
      rule = "same data type for lower and upper bounds";
    } else if (model::compare_scalars(low, high) > 0) {
      rule = "upper bound to be greater than or equal to lower bound";
    } else {
      return;
    }
    findings_.report(Check::kOperandType,
                     fmt::format("The BETWEEN operator requires {}; lower bound operand: {}, upper bound operand: {}",
                                 rule, value_in_message(low), value_in_message(high)));
  }

  Resolver resolver_;
  Findings& findings_;
};

}  // namespace

Result<ConditionNode> resolve_condition(const Parsed<ConditionSyntax>& parsed, Placeholders& placeholders) {
  Findings findings(parsed.notes);
  ConditionNode root = ConditionResolver(placeholders, findings).node(parsed.tree);
  TRY(findings.result(kOrder));
  return root;
}

}  // namespace stator::expr
