#pragma once

#include "api/delete_event_source_mapping.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

Result<api::DeleteEventSourceMapping::Response> run(Context& context,
                                                    const api::DeleteEventSourceMapping::Request& request);

}  // namespace stator::ops
