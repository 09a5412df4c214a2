// ListTagsOfResource.
#pragma once

#include "api/list_tags_of_resource.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::ListTagsOfResource::Response> run(Context& context,
                                                            const api::ListTagsOfResource::Request& request);

}  // namespace stator::ops
