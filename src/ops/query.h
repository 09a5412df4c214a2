// Query.
#pragma once

#include "api/query.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::Query::Response> run(Context& context, const api::Query::Request& request);

}  // namespace stator::ops
