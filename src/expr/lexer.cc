#include "expr/lexer.h"

#include <algorithm>
#include <array>

namespace stator::expr {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

struct Keyword {
  std::string_view word;
  TokenKind kind;
};

constexpr std::array kKeywords = {
    Keyword{"AND", TokenKind::kAnd},         Keyword{"OR", TokenKind::kOr},   Keyword{"NOT", TokenKind::kNot},
    Keyword{"BETWEEN", TokenKind::kBetween}, Keyword{"IN", TokenKind::kIn},   Keyword{"SET", TokenKind::kSet},
    Keyword{"REMOVE", TokenKind::kRemove},   Keyword{"ADD", TokenKind::kAdd}, Keyword{"DELETE", TokenKind::kDelete},
};

TokenKind word_kind(std::string_view word) {
  for (const Keyword& keyword : kKeywords) {
    if (std::ranges::equal(word, keyword.word, {}, upper)) return keyword.kind;
  }
  return TokenKind::kIdentifier;
}

struct Symbol {
  TokenKind kind;
  std::size_t length;
};

Symbol symbol(std::string_view rest) {
  const char next = rest.size() > 1 ? rest[1] : '\0';
  switch (rest.front()) {
    case '=':
      return {TokenKind::kEqual, 1};
    case '<':
      if (next == '>') return {TokenKind::kNotEqual, 2};
      return next == '=' ? Symbol{TokenKind::kLessOrEqual, 2} : Symbol{TokenKind::kLess, 1};
    case '>':
      return next == '=' ? Symbol{TokenKind::kGreaterOrEqual, 2} : Symbol{TokenKind::kGreater, 1};
    case '+':
      return {TokenKind::kPlus, 1};
    case '-':
      return {TokenKind::kMinus, 1};
    case ',':
      return {TokenKind::kComma, 1};
    case '.':
      return {TokenKind::kDot, 1};
    case '(':
      return {TokenKind::kOpenParenthesis, 1};
    case ')':
      return {TokenKind::kCloseParenthesis, 1};
    case '[':
      return {TokenKind::kOpenBracket, 1};
    case ']':
      return {TokenKind::kCloseBracket, 1};
    default:
      break;
  }
  // A whole UTF-8 sequence, so that a message that quotes the token is text.
  std::size_t length = 1;
  while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0U) == 0x80U) ++length;
  return {TokenKind::kUnknown, length};
}

std::size_t run(std::string_view text, bool (*accept)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, accept) - text.begin());
}

Token take(std::string_view rest) {
  const char first = rest.front();
  if (is_letter(first)) {
    const std::string_view word = rest.substr(0, run(rest, is_word));
    return {word_kind(word), word};
  }
  if (is_digit(first)) return {TokenKind::kNumber, rest.substr(0, first == '0' ? 1 : run(rest, is_digit))};
  if ((first == '#' || first == ':') && rest.size() > 1 && is_word(rest[1])) {
    return {first == '#' ? TokenKind::kName : TokenKind::kValue, rest.substr(0, 1 + run(rest.substr(1), is_word))};
  }
  const Symbol found = symbol(rest);
  return {found.kind, rest.substr(0, found.length)};
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  std::string_view rest = text;
  for (;;) {
    rest.remove_prefix(run(rest, is_blank));
    if (rest.empty()) break;
    tokens.push_back(take(rest));
    rest.remove_prefix(tokens.back().text.size());
  }
  tokens.push_back({TokenKind::kEnd, text.substr(text.size())});
  return tokens;
}

}  // namespace stator::expr
