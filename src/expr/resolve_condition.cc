#include <algorithm>

#include <fmt/format.h>

#include "expr/evaluate.h"
#include "expr/resolve.h"
#include "expr/value_text.h"
#include "expr/words.h"
#include "model/value_writer.h"

namespace stator::expr {
namespace {

using model::Type;

constexpr std::size_t kMaxInOperands = 100;

bool has_size(Type type) { return type != Type::kNumber && type != Type::kBool && type != Type::kNull; }

bool same_place(const Operand& a, const Operand& b) {
  return a.kind == Operand::Kind::kPath && b.kind == Operand::Kind::kPath && a.path == b.path;
}

SharedValue size_value(model::ValueView value) {
  std::string encoded;
  model::append_number(encoded, model::Number::from_int(static_cast<std::int64_t>(size_of(value).value_or(0))));
  return std::make_shared<const model::Value>(std::move(encoded));
}

std::unexpected<Error> fail_type(std::string_view operator_name, Type type) {
  return fail_validation(operand_type_text(operator_name, type));
}

std::unexpected<Error> fail_count(std::string_view operator_name, std::size_t count) {
  return fail_validation(operand_count_text(operator_name, count));
}

// The type of an operand that the request shows: of a value, and N of any size().
std::optional<Type> known_type(const Operand& operand) {
  if (operand.kind == Operand::Kind::kSize) return Type::kNumber;
  if (operand.kind == Operand::Kind::kValue) return operand.value->view().type();
  return std::nullopt;
}

Result<void> check_distinct(const ConditionNode& node) {
  const Operand& first = node.operands.front();
  const bool repeated = std::any_of(node.operands.begin() + 1, node.operands.end(),
                                    [&](const Operand& other) { return same_place(first, other); });
  if (!repeated) return {};
  return fail_validation(
      fmt::format("The first operand must be distinct from the remaining operands for this operator or function; "
                  "operator: {}, first operand: {}",
                  operator_name(node.op), first.path.text()));
}

Result<void> check_bounds(const Operand& lower, const Operand& upper) {
  if (lower.kind != Operand::Kind::kValue || upper.kind != Operand::Kind::kValue) return {};
  const model::ValueView low = lower.value->view();
  const model::ValueView high = upper.value->view();
  std::string_view rule;
  if (low.type() != high.type()) {
    rule = "same data type for lower and upper bounds";
  } else if (model::compare_scalars(low, high) > 0) {
    rule = "upper bound to be greater than or equal to lower bound";
  } else {
    return {};
  }
  return fail_validation(
      fmt::format("The BETWEEN operator requires {}; lower bound operand: {}, upper bound operand: {}", rule,
                  value_in_message(low), value_in_message(high)));
}

Result<void> check_comparison(const ConditionNode& node) {
  if (node.op == Operator::kIn && node.operands.size() > kMaxInOperands + 1) {
    return fail_validation(fmt::format("The IN operator is provided with too many operands; number of operands: {}",
                                       node.operands.size() - 1));
  }
  TRY(check_distinct(node));
  if (!is_ordering(node.op)) return {};
  for (const Operand& operand : node.operands) {
    if (const auto type = known_type(operand); type && !is_scalar(*type)) {
      return fail_type(operator_name(node.op), *type);
    }
  }
  return node.op == Operator::kBetween ? check_bounds(node.operands[1], node.operands[2]) : Result<void>();
}

// The type that is asked for becomes part of the node.
Result<void> check_attribute_type(ConditionNode& node) {
  const Operand& wanted = node.operands.back();
  const auto type = known_type(wanted);
  if (!type) {
    // The service lists the types of its storage too.
    return fail_validation(
        "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: "
        "{S,SS,N,NS,B,BS,BOOL,NULL,L,M,HD,DOUBLE,FLOAT,HDS,FS,DOUBLESET,DICT,DECIMAL,INT,DECIMALSET,INTSET}");
  }
  if (*type != Type::kString) return fail_type(operator_name(node.op), *type);
  const std::string_view name = wanted.value->view().bytes();
  const auto found = model::type_from_name(name);
  if (!found) {
    return fail_validation(fmt::format(
        "Invalid attribute type name found; type: {}, valid types: {{S,SS,N,NS,B,BS,BOOL,NULL,L,M}}", name));
  }
  node.type = *found;
  node.operands.pop_back();
  return {};
}

Result<void> check_function(ConditionNode& node) {
  const std::string_view name = operator_name(node.op);
  const bool is_unary = node.op == Operator::kAttributeExists || node.op == Operator::kAttributeNotExists;
  if (node.operands.size() != (is_unary ? 1 : 2)) return fail_count(name, node.operands.size());
  if (is_unary) {
    if (node.operands.front().kind == Operand::Kind::kPath) return {};
    return fail_validation(
        fmt::format("Operator or function requires a document path; operator or function: {}", name));
  }
  TRY(check_distinct(node));
  if (node.op == Operator::kAttributeType) return check_attribute_type(node);
  if (node.op != Operator::kBeginsWith) return {};
  for (const Operand& operand : node.operands) {
    const auto type = known_type(operand);
    if (type && *type != Type::kString && *type != Type::kBinary) return fail_type(name, *type);
  }
  return {};
}

class ConditionResolver {
 public:
  explicit ConditionResolver(Placeholders& placeholders) : resolver_(placeholders) {}

  Result<ConditionNode> node(const ConditionSyntax& syntax) {
    if (!syntax.op) return function(syntax.operands.front());
    ConditionNode node;
    node.op = *syntax.op;
    for (const ConditionSyntax& child : syntax.children) {
      TRY_ASSIGN(ConditionNode resolved, this->node(child));
      node.children.push_back(std::move(resolved));
    }
    if (!syntax.children.empty()) return node;
    TRY(operands(syntax.operands, node.operands));
    TRY(check_comparison(node));
    return node;
  }

 private:
  Result<void> operands(const std::vector<OperandSyntax>& syntaxes, std::vector<Operand>& operands) {
    for (const OperandSyntax& syntax : syntaxes) {
      TRY_ASSIGN(Operand resolved, operand(syntax));
      operands.push_back(std::move(resolved));
    }
    return {};
  }

  Result<Operand> operand(const OperandSyntax& syntax) {
    Operand operand;
    switch (syntax.kind) {
      case OperandSyntax::Kind::kPath: {
        TRY_ASSIGN(operand.path, resolver_.path(syntax.path));
        break;
      }
      case OperandSyntax::Kind::kValue: {
        operand.kind = Operand::Kind::kValue;
        TRY_ASSIGN(operand.value, resolver_.value(syntax.text));
        break;
      }
      case OperandSyntax::Kind::kFunction:
        return size_function(syntax);
    }
    return operand;
  }

  Result<Operand> size_function(const OperandSyntax& syntax) {
    std::vector<Operand> arguments;
    TRY(operands(syntax.arguments, arguments));
    if (arguments.size() != 1) return fail_count(syntax.text, arguments.size());
    Operand size = std::move(arguments.front());
    if (const auto type = known_type(size); type && !has_size(*type)) return fail_type(syntax.text, *type);
    if (size.kind == Operand::Kind::kValue) size.value = size_value(size.value->view());
    size.kind = Operand::Kind::kSize;
    return size;
  }

  Result<ConditionNode> function(const OperandSyntax& syntax) {
    ConditionNode node;
    TRY(operands(syntax.arguments, node.operands));
    for (const Operator op : {Operator::kAttributeExists, Operator::kAttributeNotExists, Operator::kAttributeType,
                              Operator::kBeginsWith, Operator::kContains}) {
      if (syntax.text == operator_name(op)) node.op = op;
    }
    TRY(check_function(node));
    return node;
  }

  Resolver resolver_;
};

}  // namespace

Result<ConditionNode> resolve_condition(const Parsed<ConditionSyntax>& parsed, Placeholders& placeholders) {
  TRY(check_words(parsed));
  return ConditionResolver(placeholders).node(parsed.tree);
}

}  // namespace stator::expr
