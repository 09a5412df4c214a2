// Key conditions: which stretch of which partition a Query reads.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/condition.h"
#include "model/table.h"
#include "model/value.h"

namespace stator::expr {

enum class SortOperator : std::uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kBeginsWith
};

struct SortCondition {
  SortOperator op = SortOperator::kEqual;
  model::Value operand;
  model::Value upper;  // kBetween only; inclusive, not below `operand`
};

// In the key's order, so that all items that match lie together.
struct KeyCondition {
  std::vector<model::Value> equal;    // of every partition key attribute, and of as many sort key attributes as named
  std::optional<SortCondition> sort;  // of the sort key attribute that follows; never kEqual
};

// Reads a compiled KeyConditionExpression (or KeyConditions) against the key that the Query walks. Errors as DynamoDB
// words them: "Query condition missed key schema element: a", "Query key condition not supported", wrong types. `index`
// is the name of the index whose key it is, empty for the table's.
[[nodiscard]] Result<KeyCondition> bind_key_condition(const Condition& condition, const model::KeySchema& key,
                                                      std::string_view index = {});

}  // namespace stator::expr
