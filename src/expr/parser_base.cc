#include "expr/parser_base.h"

#include <fmt/format.h>

namespace stator::expr {

Result<std::vector<Token>> read_tokens(Grammar grammar, std::string_view text) {
  if (text.empty()) return fail_validation("The expression can not be empty;");
  if (text.size() > model::kMaxExpressionBytes) {
    return fail_validation(
        fmt::format("Expression size has exceeded the maximum allowed size; expression size: {}", text.size()));
  }
  return tokenize(grammar, text);
}

// The count in the text is where counting stops, whatever the expression holds beyond.
std::string too_many_operators_text() {
  return fmt::format("The expression contains too many operators; operator count: {}",
                     model::kMaxExpressionOperators + 1);
}

Token ParserBase::take() {
  const Token token = peek();
  if (token.kind != TokenKind::kEnd) ++position_;
  return token;
}

bool ParserBase::accept(TokenKind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

Result<void> ParserBase::expect(TokenKind kind) {
  if (!accept(kind)) return syntax_error();
  return {};
}

std::unexpected<Error> ParserBase::syntax_error() const {
  const std::string_view first = tokens_[position_ == 0 ? 0 : position_ - 1].text;
  const std::string_view last = tokens_[at(TokenKind::kEnd) ? position_ : position_ + 1].text;
  const std::string_view token = at(TokenKind::kEnd) ? "<EOF>" : peek().text;
  // At the end the blanks before it are not shown, so neither the token nor they count.
  const char* end = last.data() + last.size();
  if (at(TokenKind::kEnd)) {
    end = first.data() + first.size();
  } else if (last.empty()) {
    end = peek().text.data() + peek().text.size();
  }
  const std::string_view near(first.data(), static_cast<std::size_t>(end - first.data()));
  return fail_validation(fmt::format("Syntax error; token: \"{}\", near: \"{}\"", token, near));
}

std::unexpected<Error> ParserBase::depth_error() const {
  if (notes_.too_many_operators) return fail_validation(too_many_operators_text());
  return fail_validation(std::string(kRedundantParentheses));
}

void ParserBase::count_operator() {
  if (++operators_ > model::kMaxExpressionOperators) notes_.too_many_operators = true;
}

Result<void> ParserBase::index(PathSyntax& path) {
  if (!at(TokenKind::kNumber)) return syntax_error();
  path.push_back({StepSyntax::Kind::kIndex, take().text});
  return expect(TokenKind::kCloseBracket);
}

Result<PathSyntax> ParserBase::path() {
  PathSyntax path;
  do {
    if (at(TokenKind::kIdentifier)) {
      path.push_back({StepSyntax::Kind::kIdentifier, take().text});
    } else if (at(TokenKind::kName)) {
      path.push_back({StepSyntax::Kind::kPlaceholder, take().text});
    } else {
      return syntax_error();
    }
    while (accept(TokenKind::kOpenBracket)) TRY(index(path));
  } while (accept(TokenKind::kDot));
  return path;
}

Result<OperandSyntax> ParserBase::path_or_function() {
  OperandSyntax result;
  const bool is_function = at(TokenKind::kIdentifier) && tokens_[position_ + 1].kind == TokenKind::kOpenParenthesis;
  if (!is_function) {
    TRY_ASSIGN(result.path, path());
    return result;
  }
  const Level level(depth_);
  result.kind = OperandSyntax::Kind::kFunction;
  result.text = take().text;
  count_operator();
  if (level.too_deep()) return depth_error();
  accept(TokenKind::kOpenParenthesis);
  do {
    TRY_ASSIGN(OperandSyntax argument, operand());
    result.arguments.push_back(std::move(argument));
  } while (accept(TokenKind::kComma));
  TRY(expect(TokenKind::kCloseParenthesis));
  return result;
}

Result<OperandSyntax> ParserBase::operand() {
  bool parenthesized = false;
  return operand(parenthesized);
}

Result<OperandSyntax> ParserBase::operand(bool& parenthesized) {
  parenthesized = at(TokenKind::kOpenParenthesis);
  if (parenthesized) {
    const Level level(depth_);
    if (level.too_deep()) return depth_error();
    accept(TokenKind::kOpenParenthesis);
    bool inner_parenthesized = false;
    TRY_ASSIGN(OperandSyntax inner, operand(inner_parenthesized));
    TRY(expect(TokenKind::kCloseParenthesis));
    if (inner_parenthesized) notes_.redundant_parentheses = true;
    return inner;
  }
  if (at(TokenKind::kValue)) {
    OperandSyntax value;
    value.kind = OperandSyntax::Kind::kValue;
    value.text = take().text;
    return value;
  }
  return path_or_function();
}

}  // namespace stator::expr
