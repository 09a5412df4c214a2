#include "api/value_problem.h"

#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/base64.h"

namespace stator::api {
namespace {

using model::Type;

ValueProblem same(std::string text) {
  ValueProblem problem{.current = std::move(text), .older = {}};
  problem.older = problem.current;
  return problem;
}

ValueProblem parameter_values_invalid(std::string_view what) {
  return same(fmt::format("One or more parameter values were invalid: {}", what));
}

// `member` in the order of a set's members.
std::string sort_key(Type set, std::string_view member) {
  std::string key;
  if (set == Type::kBinarySet) {
    if (!append_base64_decoded(key, member)) key = member;
  } else {
    key = member;
  }
  return key;
}

// The current layer sorts as it reads and stops at the first repeat: what came before is in byte order, the rest is
// as sent.
std::vector<std::string> sorted_to_first_repeat(Type set, std::span<const std::string_view> members) {
  std::set<std::pair<std::string, std::string_view>> sorted;
  std::size_t read = 0;
  while (read < members.size() && sorted.emplace(sort_key(set, members[read]), members[read]).second) ++read;
  std::vector<std::string> order;
  for (const auto& [key, member] : sorted) order.push_back(fmt::format("\"{}\"", member));
  for (; read < members.size(); ++read) order.push_back(fmt::format("\"{}\"", members[read]));
  return order;
}

}  // namespace

ValueProblem number_problem(model::NumberError error, std::string_view text) {
  switch (error) {
    case model::NumberError::kNotNumeric:
      break;
    case model::NumberError::kOverflow:
      return same("Number overflow. Attempting to store a number with magnitude larger than supported range");
    case model::NumberError::kUnderflow:
      return same("Number underflow. Attempting to store a number with magnitude smaller than supported range");
    case model::NumberError::kTooManyDigits:
      return same("Attempting to store more than 38 significant digits in a Number");
  }
  ValueProblem problem = same(fmt::format("The parameter cannot be converted to a numeric value: {}", text));
  if (text.empty()) problem.older = "The parameter cannot be converted to a numeric value";
  return problem;
}

ValueProblem empty_value_problem() {
  ValueProblem problem = same("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  problem.enveloped = false;
  problem.prefixed = true;
  return problem;
}

ValueProblem several_types_problem() {
  ValueProblem problem = same(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  problem.enveloped = false;
  problem.prefixed = true;
  return problem;
}

ValueProblem false_null_problem() {
  ValueProblem problem = parameter_values_invalid("Null attribute value types must have the value of true");
  problem.wrapped = false;
  problem.prefixed = true;
  return problem;
}

ValueProblem nesting_problem() {
  ValueProblem problem = same(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
      "limit");
  problem.enveloped = false;
  problem.wrapped = false;
  return problem;
}

ValueProblem empty_name_problem() { return same("Empty attribute name"); }

ValueProblem long_name_problem() { return same("Attribute name is too large, must be less than 65536 bytes"); }

// The service's own blanks and articles.
ValueProblem empty_set_problem(Type set) {
  ValueProblem problem = parameter_values_invalid(set == Type::kBinarySet   ? "Binary sets should not be empty"
                                                  : set == Type::kStringSet ? "An string set  may not be empty"
                                                                            : "An number set  may not be empty");
  problem.prefixed = set != Type::kNumberSet;
  return problem;
}

ValueProblem null_member_problem(Type set) {
  ValueProblem problem =
      parameter_values_invalid(set == Type::kBinarySet   ? "Binary sets may not contain null values"
                               : set == Type::kStringSet ? "An string set may not have a null string as a member"
                                                         : "An number set may not have a null string as a member");
  problem.prefixed = set != Type::kNumberSet;
  return problem;
}

ValueProblem repeated_member_problem(Type set, std::span<const std::string_view> members) {
  constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
  if (set == Type::kNumberSet) {
    return {.current = fmt::format("{}Input collection contains duplicates.", kInvalid),
            .older = "Input collection contains duplicates"};
  }
  const bool binary = set == Type::kBinarySet;
  const std::string_view of_type = binary ? "of type BS" : "";
  return {.current = fmt::format("{}Input collection [{}]{} contains duplicates.", kInvalid,
                                 fmt::join(sorted_to_first_repeat(set, members), binary ? "," : ", "), of_type),
          .older = fmt::format("{}Input collection [{}]{} contains duplicates.", kInvalid, fmt::join(members, ", "),
                               of_type)};
}

}  // namespace stator::api
