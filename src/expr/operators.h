// The operators and functions of conditions, and the sections of updates, by the names DynamoDB's messages give them.
#pragma once

#include <cstdint>
#include <string_view>

namespace stator::expr {

enum class Operator : std::uint8_t {
  kAnd,
  kOr,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kIn,
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
};

[[nodiscard]] constexpr std::string_view operator_name(Operator op) {
  constexpr std::string_view kNames[] = {
      "AND",
      "OR",
      "NOT",
      "=",
      "<>",
      "<",
      "<=",
      ">",
      ">=",
      "BETWEEN",
      "IN",
      "attribute_exists",
      "attribute_not_exists",
      "attribute_type",
      "begins_with",
      "contains",
  };
  return kNames[static_cast<std::size_t>(op)];
}

[[nodiscard]] constexpr bool is_ordering(Operator op) {
  return op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kGreater ||
         op == Operator::kGreaterOrEqual || op == Operator::kBetween;
}

enum class Section : std::uint8_t { kSet, kRemove, kAdd, kDelete };

[[nodiscard]] constexpr std::string_view section_name(Section section) {
  constexpr std::string_view kNames[] = {"SET", "REMOVE", "ADD", "DELETE"};
  return kNames[static_cast<std::size_t>(section)];
}

enum class Arithmetic : std::uint8_t { kNone, kAdd, kSubtract };

}  // namespace stator::expr
