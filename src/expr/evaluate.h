// Conditions against items. Cannot fail, and allocates nothing (long rows of legacy conditions aside): filters run over
// every item read.
#pragma once

#include "expr/bound.h"

namespace stator::expr {

// `item` is empty if there is none.
[[nodiscard]] bool evaluate(const ConditionNode& node, model::MapView item);

// What size() yields; none for a type that has no size.
[[nodiscard]] std::optional<std::size_t> size_of(model::ValueView value);

// The attribute that a condition of one attribute alone is about.
[[nodiscard]] const std::string& attribute_of(const ConditionNode& node);

}  // namespace stator::expr
