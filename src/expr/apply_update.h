// Updates applied to items.
#pragma once

#include "base/result.h"
#include "expr/bound.h"
#include "model/item.h"

namespace stator::expr {

// As Update::apply (expr/update.h).
[[nodiscard]] Result<model::Item> apply_update(const UpdateProgram& program, model::MapView item);

}  // namespace stator::expr
