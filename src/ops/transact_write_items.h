// TransactWriteItems.
#pragma once

#include "api/transact_write_items.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::TransactWriteItems::Response> run(Context& context,
                                                            const api::TransactWriteItems::Request& request);

}  // namespace stator::ops
