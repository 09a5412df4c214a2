// DescribeEndpoints.
#pragma once

#include "api/describe_endpoints.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DescribeEndpoints::Response> run(Context& context,
                                                           const api::DescribeEndpoints::Request& request);

}  // namespace stator::ops
