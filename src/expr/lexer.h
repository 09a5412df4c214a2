// Expressions as tokens. Nothing is refused here: what no grammar knows becomes a kUnknown token, which the parser
// then reports where it stands.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace stator::expr {

enum class TokenKind : std::uint8_t {
  kEnd,
  kUnknown,  // one character
  kIdentifier,
  kName,    // #n
  kValue,   // :v
  kNumber,  // digits; a zero in front is a number of its own
  kAnd,
  kOr,
  kNot,
  kBetween,
  kIn,
  kSet,
  kRemove,
  kAdd,
  kDelete,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kComma,
  kDot,
  kOpenParenthesis,
  kCloseParenthesis,
  kOpenBracket,
  kCloseBracket,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // a view into the expression; at the end of it for kEnd
};

// The tokens of `text`, the last of which is kEnd. The views are valid as long as `text` is. The keywords of all
// expressions are keywords in each, in any case.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

}  // namespace stator::expr
