// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions use.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/value.h"

namespace stator::expr {

using AttributeNames = std::map<std::string, std::string, std::less<>>;    // "#n" -> "Name"
using AttributeValues = std::map<std::string, model::Value, std::less<>>;  // ":v" -> value

// Not thread-safe. Compiled expressions copy what they take from here.
class Placeholders {
 public:
  Placeholders() = default;
  Placeholders(AttributeNames names, AttributeValues values) : names_(std::move(names)), values_(std::move(values)) {}

  // Marks `placeholder` ("#n") as used; null if it is not defined.
  const std::string* name(std::string_view placeholder);
  // Marks `placeholder` (":v") as used; no value if it is not defined.
  std::optional<model::ValueView> value(std::string_view placeholder);

  // "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}", then the same for values.
  // Called once every expression of the request is compiled.
  [[nodiscard]] Result<void> check_all_used() const;

 private:
  AttributeNames names_;
  AttributeValues values_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace stator::expr
