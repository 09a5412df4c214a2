#include "expr/parser_base.h"

namespace stator::expr {
namespace {

std::optional<Operator> comparator(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual:
      return Operator::kEqual;
    case TokenKind::kNotEqual:
      return Operator::kNotEqual;
    case TokenKind::kLess:
      return Operator::kLess;
    case TokenKind::kLessOrEqual:
      return Operator::kLessOrEqual;
    case TokenKind::kGreater:
      return Operator::kGreater;
    case TokenKind::kGreaterOrEqual:
      return Operator::kGreaterOrEqual;
    default:
      return std::nullopt;
  }
}

// After '(' there is a condition or an operand, and which one shows only later: a Term is either.
struct Term {
  bool is_condition = false;
  bool parenthesized = false;
  OperandSyntax operand;
  ConditionSyntax condition;
};

class ConditionParser : public ParserBase {
 public:
  using ParserBase::ParserBase;

  Result<Parsed<ConditionSyntax>> parse() {
    TRY_ASSIGN(Term term, disjunction());
    TRY(become_condition(term));
    TRY(expect(TokenKind::kEnd));
    return Parsed<ConditionSyntax>{std::move(term.condition), notes_};
  }

 private:
  Result<Term> disjunction() { return chain(TokenKind::kOr, Operator::kOr, &ConditionParser::conjunction); }
  Result<Term> conjunction() { return chain(TokenKind::kAnd, Operator::kAnd, &ConditionParser::negation); }

  Result<Term> chain(TokenKind separator, Operator op, Result<Term> (ConditionParser::*part)()) {
    TRY_ASSIGN(Term first, (this->*part)());
    if (!at(separator)) return first;
    TRY(become_condition(first));
    Term result{.is_condition = true, .parenthesized = false, .operand = {}, .condition = {op, {}, {}}};
    result.condition.children.push_back(std::move(first.condition));
    while (accept(separator)) {
      count_operator();
      TRY_ASSIGN(Term next, (this->*part)());
      TRY(become_condition(next));
      result.condition.children.push_back(std::move(next.condition));
    }
    return result;
  }

  Result<Term> negation() {
    int negations = 0;
    while (accept(TokenKind::kNot)) {
      count_operator();
      // A doomed expression's tree need not grow.
      if (!notes_.too_many_operators) ++negations;
    }
    TRY_ASSIGN(Term term, comparison());
    if (negations == 0) return term;
    TRY(become_condition(term));
    for (; negations > 0; --negations) {
      ConditionSyntax negation{Operator::kNot, {}, {}};
      negation.children.push_back(std::move(term.condition));
      term.condition = std::move(negation);
    }
    term.parenthesized = false;
    return term;
  }

  Result<Term> comparison() {
    Term left;
    if (at(TokenKind::kOpenParenthesis)) {
      TRY_ASSIGN(left, group());
      if (left.is_condition) return left;
    } else {
      TRY_ASSIGN(left.operand, operand());
    }
    ConditionSyntax& condition = left.condition;
    condition.op = comparator(peek().kind);
    if (condition.op) {
      take();
    } else if (accept(TokenKind::kBetween)) {
      condition.op = Operator::kBetween;
    } else if (accept(TokenKind::kIn)) {
      condition.op = Operator::kIn;
    } else {
      return left;
    }
    count_operator();
    condition.operands.push_back(std::move(left.operand));
    TRY(remaining_operands(condition));
    left.is_condition = true;
    left.parenthesized = false;
    return left;
  }

  Result<Term> group() {
    const Level level(depth_);
    if (level.too_deep()) return depth_error();
    accept(TokenKind::kOpenParenthesis);
    TRY_ASSIGN(Term inner, disjunction());
    TRY(expect(TokenKind::kCloseParenthesis));
    if (inner.parenthesized) notes_.redundant_parentheses = true;
    inner.parenthesized = true;
    return inner;
  }

  Result<void> remaining_operands(ConditionSyntax& condition) {
    if (condition.op == Operator::kIn) {
      TRY(expect(TokenKind::kOpenParenthesis));
      do {
        TRY(next_operand(condition));
      } while (accept(TokenKind::kComma));
      return expect(TokenKind::kCloseParenthesis);
    }
    TRY(next_operand(condition));
    if (condition.op != Operator::kBetween) return {};
    TRY(expect(TokenKind::kAnd));
    return next_operand(condition);
  }

  Result<void> next_operand(ConditionSyntax& condition) {
    TRY_ASSIGN(OperandSyntax next, operand());
    condition.operands.push_back(std::move(next));
    return {};
  }

  // A function may stand as a condition; any other operand lacks its comparator, which is missed where we are.
  Result<void> become_condition(Term& term) {
    if (term.is_condition) return {};
    if (term.operand.kind != OperandSyntax::Kind::kFunction) return syntax_error();
    term.is_condition = true;
    term.condition.op.reset();
    term.condition.operands.push_back(std::move(term.operand));
    return {};
  }
};

}  // namespace

Result<Parsed<ConditionSyntax>> parse_condition(std::string_view text) {
  TRY_ASSIGN(auto tokens, read_tokens(text, TellSize::kYes));
  return ConditionParser(text, std::move(tokens)).parse();
}

}  // namespace stator::expr
