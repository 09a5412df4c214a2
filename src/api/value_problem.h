// What can be wrong with an attribute value, in the words of either layer.
// Source: docs/compatibility.md, "Two layers of validation".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/number.h"
#include "model/value.h"

namespace stator::api {

// Which of the service's two layers of validation words a problem.
enum class Layer : std::uint8_t { kCurrent, kOlder };

// The first thing wrong with a value, with its words in either layer, bare.
struct ValueProblem {
  std::string current;
  std::string older;
  bool enveloped = true;  // the current layer's write operations put it into "1 validation error detected: "
  bool wrapped = true;    // the older layer puts it into "ExpressionAttributeValues contains invalid value: "
  bool prefixed = false;  // in an ExclusiveStartKey, "The provided starting key is invalid: " stands before it

  [[nodiscard]] const std::string& text(Layer layer) const { return layer == Layer::kCurrent ? current : older; }
};

[[nodiscard]] ValueProblem number_problem(model::NumberError error, std::string_view text);
[[nodiscard]] ValueProblem empty_value_problem();
[[nodiscard]] ValueProblem several_types_problem();
[[nodiscard]] ValueProblem false_null_problem();
[[nodiscard]] ValueProblem nesting_problem();
[[nodiscard]] ValueProblem empty_name_problem();
[[nodiscard]] ValueProblem long_name_problem();
// Of a set of the type `set`. `members` are as sent, binary ones in base64.
[[nodiscard]] ValueProblem empty_set_problem(model::Type set);
[[nodiscard]] ValueProblem null_member_problem(model::Type set);
[[nodiscard]] ValueProblem repeated_member_problem(model::Type set, std::span<const std::string_view> members);

}  // namespace stator::api
