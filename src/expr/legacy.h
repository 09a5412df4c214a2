// The parameters that came before expressions, compiled to the same trees: Expected and ConditionalOperator,
// QueryFilter and ScanFilter, KeyConditions, AttributeUpdates, AttributesToGet.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "expr/update.h"

namespace stator::expr {

enum class ComparisonOperator : std::uint8_t {
  kEq,
  kNe,
  kIn,
  kLe,
  kLt,
  kGe,
  kGt,
  kBetween,
  kNotNull,
  kNull,
  kContains,
  kNotContains,
  kBeginsWith,
};

enum class ConditionalOperator : std::uint8_t { kAnd, kOr };

// Names that no attribute has: "Empty attribute name", "Attribute name is too large, must be less than 65536 bytes".
[[nodiscard]] Result<void> check_attribute_name(std::string_view name);

// One entry of QueryFilter, ScanFilter or KeyConditions, or of Expected when `comparison` is given.
struct LegacyCondition {
  std::string attribute;
  std::optional<ComparisonOperator> comparison;
  std::optional<std::vector<model::Value>> attribute_value_list;
  std::optional<model::Value> value;  // Expected only
  std::optional<bool> exists;         // Expected only
};

// What an entry of Expected says of itself, whatever its values are. The service looks at this before the values.
struct ExpectedForm {
  std::string_view attribute;
  std::optional<ComparisonOperator> comparison;
  std::optional<bool> exists;
  bool has_value = false;
  bool has_list = false;
};
[[nodiscard]] Result<void> check_form(const ExpectedForm& form);

// Checks names, operand counts and types as well, with DynamoDB's messages; so do those below.
[[nodiscard]] Result<Condition> compile_expected(const std::vector<LegacyCondition>& expected, ConditionalOperator op);
[[nodiscard]] Result<Condition> compile_filter(const std::vector<LegacyCondition>& filter, ConditionalOperator op);
[[nodiscard]] Result<Condition> compile_key_conditions(const std::vector<LegacyCondition>& conditions);

enum class AttributeAction : std::uint8_t { kPut, kDelete, kAdd };

struct AttributeUpdate {
  std::string attribute;
  std::optional<model::Value> value;
  AttributeAction action = AttributeAction::kPut;
};

[[nodiscard]] Result<Update> compile_attribute_updates(const std::vector<AttributeUpdate>& updates);
[[nodiscard]] Result<Projection> compile_attributes_to_get(const std::vector<std::string>& attributes);

}  // namespace stator::expr
