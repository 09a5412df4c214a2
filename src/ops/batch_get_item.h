// BatchGetItem.
#pragma once

#include "api/batch_get_item.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::BatchGetItem::Response> run(Context& context, const api::BatchGetItem::Request& request);

}  // namespace stator::ops
