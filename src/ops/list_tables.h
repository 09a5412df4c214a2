// ListTables.
#pragma once

#include "api/list_tables.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::ListTables::Response> run(Context& context, const api::ListTables::Request& request);

}  // namespace stator::ops
