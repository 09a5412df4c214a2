// What a key condition may look like, whatever the table: conditions joined by AND, each of one key attribute.
#pragma once

#include <vector>

#include "base/result.h"
#include "expr/bound.h"

namespace stator::expr {

// The conditions that the tree joins by AND, in order.
[[nodiscard]] std::vector<const ConditionNode*> joined_conditions(const ConditionNode& root);

// Of a KeyConditionExpression.
[[nodiscard]] Result<void> check_key_condition_shape(const ConditionNode& root);

// Of KeyConditions as well.
[[nodiscard]] Result<void> check_condition_count(std::size_t count);

}  // namespace stator::expr
