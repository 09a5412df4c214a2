// UpdateItem.
#pragma once

#include "api/update_item.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::UpdateItem::Response> run(Context& context, const api::UpdateItem::Request& request);

}  // namespace stator::ops
