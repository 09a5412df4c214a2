// What expressions weigh once their placeholders are filled in. None may weigh more than
// model::kMaxFilledExpressionBytes, which bounds what one evaluation touches beyond the item.
//
// What an update statement weighs. A standalone UpdateItem is refused if its statement, besides the finished item,
// exceeds the limit on items.
//
// The weight is the sum of
//   3 for the update; 19 for each SET and each ADD action, 1 for each REMOVE and each DELETE;
//   34 for a +, 37 for a -, 39 for an if_not_exists, 37 for a list_append;
//   for each path, targets and operands alike, the bytes of its names and 1 for each index;
//   for each value written out in it (a placeholder), the value's size (model::attribute_size).
// The fixed costs were measured on DynamoDB; how a path counts was not, and is Stator's choice (docs/compatibility.md).
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "expr/bound.h"

namespace stator::expr {

[[nodiscard]] std::size_t statement_size(const UpdateProgram& program);

// The bytes of the names and values, each as often as it is named.
[[nodiscard]] std::size_t filled_size(const ConditionNode& root);
[[nodiscard]] std::size_t filled_size(std::span<const model::DocumentPath> projection);

[[nodiscard]] Result<void> check_filled_size(std::size_t size);

// Fills in what follows from the actions: the paths and the statement size.
void complete(UpdateProgram& program);

}  // namespace stator::expr
