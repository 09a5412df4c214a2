// DeleteTable.
#pragma once

#include "api/delete_table.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DeleteTable::Response> run(Context& context, const api::DeleteTable::Request& request);

}  // namespace stator::ops
