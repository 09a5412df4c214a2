// TagResource.
#pragma once

#include "api/tag_resource.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::TagResource::Response> run(Context& context, const api::TagResource::Request& request);

}  // namespace stator::ops
