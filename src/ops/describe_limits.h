// DescribeLimits.
#pragma once

#include "api/describe_limits.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DescribeLimits::Response> run(Context& context, const api::DescribeLimits::Request& request);

}  // namespace stator::ops
