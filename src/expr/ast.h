// Expressions as written: names and placeholders unresolved, nothing checked beyond the grammar. The texts are views
// into the expression. What comes after resolution is in expr/bound.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/operators.h"

namespace stator::expr {

struct StepSyntax {
  enum class Kind : std::uint8_t { kIdentifier, kPlaceholder, kIndex };
  Kind kind = Kind::kIdentifier;
  std::string_view text;  // a name, "#n", or an index's digits
};

using PathSyntax = std::vector<StepSyntax>;

struct OperandSyntax {
  enum class Kind : std::uint8_t { kPath, kValue, kFunction };
  Kind kind = Kind::kPath;
  PathSyntax path;                       // kPath
  std::string_view text;                 // ":v", or the function's name
  std::vector<OperandSyntax> arguments;  // kFunction
};

struct ConditionSyntax {
  std::optional<Operator> op;             // none: a function, the only operand
  std::vector<OperandSyntax> operands;    // of a comparator, BETWEEN or IN, the tested one first
  std::vector<ConditionSyntax> children;  // of AND and OR, two or more; of NOT, one
};

struct ActionSyntax {
  Section section = Section::kSet;
  PathSyntax path;
  OperandSyntax left;  // of SET; of ADD and DELETE, their value
  Arithmetic arithmetic = Arithmetic::kNone;
  OperandSyntax right;  // if there is arithmetic
};

struct UpdateSyntax {
  std::vector<ActionSyntax> actions;
  std::optional<Section> repeated;  // the first section that comes twice
};

// Trees as text, for tests: (and (= a :v) (contains b[0].#c :w)).
[[nodiscard]] std::string dump(const PathSyntax& path);
[[nodiscard]] std::string dump(const OperandSyntax& operand);
[[nodiscard]] std::string dump(const ConditionSyntax& condition);
[[nodiscard]] std::string dump(const UpdateSyntax& update);

}  // namespace stator::expr
