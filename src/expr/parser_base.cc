#include "expr/parser_base.h"

#include <fmt/format.h>

namespace stator::expr {

Result<std::vector<Token>> read_tokens(std::string_view text, TellSize tell_size) {
  if (text.empty()) return fail_validation("The expression can not be empty;");
  if (text.size() > model::kMaxExpressionBytes) {
    std::string problem = "Expression size has exceeded the maximum allowed size;";
    if (tell_size == TellSize::kYes) problem += fmt::format(" expression size: {}", text.size());
    return fail_validation(std::move(problem));
  }
  return tokenize(text);
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
  const char* begin = position_ == 0 ? text_.data() : tokens_[position_ - 1].text.data();
  const Token& last = tokens_[at(TokenKind::kEnd) ? position_ : position_ + 1];
  const std::string_view near(begin, static_cast<std::size_t>(last.text.data() + last.text.size() - begin));
  const std::string_view token = at(TokenKind::kEnd) ? "<EOF>" : peek().text;
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
