// PutItem.
#pragma once

#include "api/put_item.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::PutItem::Response> run(Context& context, const api::PutItem::Request& request);

}  // namespace stator::ops
