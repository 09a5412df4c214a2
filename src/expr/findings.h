// What is wrong with an expression that parses. One walk over the tree finds everything; which finding is the answer is
// decided by the kind's place in DynamoDB's order of checks, not by where the walk met it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "expr/parser.h"

namespace stator::expr {

enum class Check : std::uint8_t {
  kOperators,
  kParentheses,
  kUnknownFunction,
  kFunctionPlace,
  kReservedWord,
  kPathShape,
  kRepeatedSection,
  kUndefinedName,
  kUndefinedValue,
  kOperandCount,
  kDistinctOperands,
  kOperandType,
  kOverlap,
  kConflict,
  kSectionOperand,
  kCondition,  // the first of a condition's own, see settle()
};

class Findings {
 public:
  explicit Findings(ParseNotes notes) {
    if (notes.too_many_operators) report(Check::kOperators, too_many_operators_text());
    if (notes.redundant_parentheses) report(Check::kParentheses, std::string(kRedundantParentheses));
  }

  // Only the first report of a check counts.
  void report(Check check, std::string message) {
    if (auto& slot = at(check); !slot) slot = std::move(message);
  }

  // Ends one condition: the first of `checks` that it failed becomes its kCondition finding, and the others are
  // forgotten.
  void settle(std::span<const Check> checks) {
    for (const Check check : checks) {
      if (auto& slot = at(check)) report(Check::kCondition, std::move(*slot));
      at(check).reset();
    }
  }

  [[nodiscard]] Result<void> result(std::span<const Check> order) const {
    for (const Check check : order) {
      if (const auto& slot = slots_[static_cast<std::size_t>(check)]) return fail_validation(*slot);
    }
    return {};
  }

 private:
  std::optional<std::string>& at(Check check) { return slots_[static_cast<std::size_t>(check)]; }

  std::array<std::optional<std::string>, static_cast<std::size_t>(Check::kCondition) + 1> slots_;
};

}  // namespace stator::expr
