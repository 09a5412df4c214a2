#include "model/nesting.h"

#include <algorithm>

namespace stator::model {

// Recursion is bounded: what is stored or sent was checked to be shallow, and an update deepens it by its path at most.
int nesting_depth(ValueView value) {
  int deepest = 0;
  if (value.is(Type::kList)) {
    for (const ValueView element : value.list()) deepest = std::max(deepest, nesting_depth(element));
  } else if (value.is(Type::kMap)) {
    for (const auto& entry : value.map()) deepest = std::max(deepest, nesting_depth(entry.value));
  } else {
    return 0;
  }
  return deepest + 1;
}

}  // namespace stator::model
