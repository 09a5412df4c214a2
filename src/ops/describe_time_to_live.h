// DescribeTimeToLive.
#pragma once

#include "api/describe_time_to_live.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DescribeTimeToLive::Response> run(Context& context,
                                                            const api::DescribeTimeToLive::Request& request);

}  // namespace stator::ops
