// UpdateTable.
#pragma once

#include "api/update_table.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::UpdateTable::Response> run(Context& context, const api::UpdateTable::Request& request);

}  // namespace stator::ops
