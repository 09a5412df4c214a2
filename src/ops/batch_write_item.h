// BatchWriteItem.
#pragma once

#include "api/batch_write_item.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::BatchWriteItem::Response> run(Context& context, const api::BatchWriteItem::Request& request);

}  // namespace stator::ops
