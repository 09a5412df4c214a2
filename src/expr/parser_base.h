// What the grammars share: a cursor over the tokens, paths and operands. Private to the parsers of this folder.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/ast.h"
#include "expr/lexer.h"
#include "expr/parser.h"
#include "model/limits.h"

namespace stator::expr {

// The tokens of a text of acceptable size. Only of conditions does the service tell the size that is too much.
enum class TellSize : bool { kNo, kYes };
[[nodiscard]] Result<std::vector<Token>> read_tokens(std::string_view text, TellSize tell_size);

class ParserBase {
 public:
  ParserBase(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

 protected:
  // Parentheses deeper than this are redundant or hold more operators than an expression may have.
  static constexpr int kMaxDepth = model::kMaxExpressionOperators + 8;

  // Counts a level of nesting as long as it lives.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    [[nodiscard]] bool too_deep() const { return depth_ > kMaxDepth; }

   private:
    int& depth_;
  };

  [[nodiscard]] const Token& peek() const { return tokens_[position_]; }
  [[nodiscard]] bool at(TokenKind kind) const { return peek().kind == kind; }
  Token take();
  // Takes the token if it is of that kind.
  bool accept(TokenKind kind);
  Result<void> expect(TokenKind kind);
  // The error at the current token: it, and the source from the token before to the one after, or from its beginning or
  // to its end if there is none, blanks included.
  [[nodiscard]] std::unexpected<Error> syntax_error() const;
  // The error of nesting that no valid expression reaches.
  [[nodiscard]] std::unexpected<Error> depth_error() const;
  void count_operator();

  Result<PathSyntax> path();
  // path | :v | function | '(' operand ')'
  Result<OperandSyntax> operand();
  // path | function; the current token is a name.
  Result<OperandSyntax> path_or_function();

  ParseNotes notes_;
  int depth_ = 0;

 private:
  Result<OperandSyntax> operand(bool& parenthesized);
  Result<void> index(PathSyntax& path);

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  int operators_ = 0;
};

}  // namespace stator::expr
