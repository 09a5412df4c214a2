// One grammar for all expressions: recursive descent over the tokens of expr/lexer.h.
//
// Errors are DynamoDB's texts without the "Invalid ConditionExpression: " in front. Depth is limited, so that no input
// exhausts the stack. A text that is not too long for an expression is parsed in time linear in its length.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html and its pages on operators,
// update expressions and attributes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/ast.h"

namespace stator::expr {

// Breaches of rules that come after the grammar, found on the way.
struct ParseNotes {
  bool too_many_operators = false;  // more than model::kMaxExpressionOperators
  bool redundant_parentheses = false;
};

inline constexpr std::string_view kRedundantParentheses = "The expression has redundant parentheses;";
[[nodiscard]] std::string too_many_operators_text();

template <class Tree>
struct Parsed {
  Tree tree;
  ParseNotes notes;
};

// Each refuses an empty text and one longer than model::kMaxExpressionBytes. The trees hold views into `text`.
[[nodiscard]] Result<Parsed<ConditionSyntax>> parse_condition(std::string_view text);
[[nodiscard]] Result<Parsed<UpdateSyntax>> parse_update(std::string_view text);
[[nodiscard]] Result<Parsed<std::vector<PathSyntax>>> parse_projection(std::string_view text);

}  // namespace stator::expr
