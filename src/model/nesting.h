// How deep a value is nested.
#pragma once

#include "model/value.h"

namespace stator::model {

// 0 for a scalar or a set, 1 for a list or map of such, and so on.
[[nodiscard]] int nesting_depth(ValueView value);

}  // namespace stator::model
