#include <array>

#include "expr/parser_base.h"

namespace stator::expr {
namespace {

std::optional<Section> section(TokenKind kind) {
  switch (kind) {
    case TokenKind::kSet:
      return Section::kSet;
    case TokenKind::kRemove:
      return Section::kRemove;
    case TokenKind::kAdd:
      return Section::kAdd;
    case TokenKind::kDelete:
      return Section::kDelete;
    default:
      return std::nullopt;
  }
}

// What SET assigns, while it is not clear whether a parenthesis holds an operand or the whole.
struct SetValue {
  OperandSyntax left;
  Arithmetic arithmetic = Arithmetic::kNone;
  OperandSyntax right;
  bool parenthesized = false;
};

class UpdateParser : public ParserBase {
 public:
  using ParserBase::ParserBase;

  Result<Parsed<UpdateSyntax>> parse() {
    do {
      const auto found = section(peek().kind);
      if (!found) return syntax_error();
      take();
      bool& seen = seen_[static_cast<std::size_t>(*found)];
      if (seen && !update_.repeated) update_.repeated = found;
      seen = true;
      do {
        TRY(action(*found));
      } while (accept(TokenKind::kComma));
    } while (!at(TokenKind::kEnd));
    return Parsed<UpdateSyntax>{std::move(update_), notes_};
  }

 private:
  Result<void> action(Section section) {
    ActionSyntax action;
    action.section = section;
    TRY_ASSIGN(action.path, path());
    if (section == Section::kSet) {
      TRY(expect(TokenKind::kEqual));
      TRY_ASSIGN(SetValue value, set_value());
      action.left = std::move(value.left);
      action.arithmetic = value.arithmetic;
      action.right = std::move(value.right);
    } else if (section != Section::kRemove) {
      if (!at(TokenKind::kValue)) return syntax_error();
      action.left.kind = OperandSyntax::Kind::kValue;
      action.left.text = take().text;
    }
    update_.actions.push_back(std::move(action));
    return {};
  }

  Result<SetValue> set_value() {
    SetValue value;
    if (at(TokenKind::kOpenParenthesis)) {
      const Level level(depth_);
      if (level.too_deep()) return depth_error();
      accept(TokenKind::kOpenParenthesis);
      TRY_ASSIGN(value, set_value());
      TRY(expect(TokenKind::kCloseParenthesis));
      if (value.parenthesized) notes_.redundant_parentheses = true;
      value.parenthesized = true;
      if (value.arithmetic != Arithmetic::kNone) return value;
    } else {
      TRY_ASSIGN(value.left, operand());
    }
    if (accept(TokenKind::kPlus)) {
      value.arithmetic = Arithmetic::kAdd;
    } else if (accept(TokenKind::kMinus)) {
      value.arithmetic = Arithmetic::kSubtract;
    } else {
      return value;
    }
    count_operator();
    TRY_ASSIGN(value.right, operand());
    value.parenthesized = false;
    return value;
  }

  UpdateSyntax update_;
  std::array<bool, 4> seen_{};
};

class ProjectionParser : public ParserBase {
 public:
  using ParserBase::ParserBase;

  Result<Parsed<std::vector<PathSyntax>>> parse() {
    std::vector<PathSyntax> paths;
    do {
      TRY_ASSIGN(PathSyntax next, path());
      paths.push_back(std::move(next));
    } while (accept(TokenKind::kComma));
    TRY(expect(TokenKind::kEnd));
    return Parsed<std::vector<PathSyntax>>{std::move(paths), notes_};
  }
};

}  // namespace

Result<Parsed<UpdateSyntax>> parse_update(std::string_view text) {
  TRY_ASSIGN(auto tokens, read_tokens(text, TellSize::kNo));
  return UpdateParser(text, std::move(tokens)).parse();
}

Result<Parsed<std::vector<PathSyntax>>> parse_projection(std::string_view text) {
  TRY_ASSIGN(auto tokens, read_tokens(text, TellSize::kNo));
  return ProjectionParser(text, std::move(tokens)).parse();
}

}  // namespace stator::expr
