// DeleteItem.
#pragma once

#include "api/delete_item.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DeleteItem::Response> run(Context& context, const api::DeleteItem::Request& request);

}  // namespace stator::ops
