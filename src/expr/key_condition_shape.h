// What a key condition may look like, whatever the table: conditions joined by AND, each of one key attribute.
#pragma once

#include <vector>

#include "base/result.h"
#include "expr/bound.h"

namespace stator::expr {

// The conditions that the tree joins by AND, in order.
[[nodiscard]] std::vector<const ConditionNode*> joined_conditions(const ConditionNode& root);

// Of a KeyConditionExpression. How many conditions there may be is the key's to say (bind_key_condition).
[[nodiscard]] Result<void> check_key_condition_shape(const ConditionNode& root);

}  // namespace stator::expr
