// DescribeStream.
#pragma once

#include "api/describe_stream.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DescribeStream::Response> run(Context& context, const api::DescribeStream::Request& request);

}  // namespace stator::ops
