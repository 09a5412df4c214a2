// GetItem.
#pragma once

#include "api/get_item.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::GetItem::Response> run(Context& context, const api::GetItem::Request& request);

}  // namespace stator::ops
