// UntagResource.
#pragma once

#include "api/untag_resource.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::UntagResource::Response> run(Context& context, const api::UntagResource::Request& request);

}  // namespace stator::ops
