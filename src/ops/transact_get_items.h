// TransactGetItems.
#pragma once

#include "api/transact_get_items.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::TransactGetItems::Response> run(Context& context,
                                                          const api::TransactGetItems::Request& request);

}  // namespace stator::ops
