#pragma once

#include "api/update_event_source_mapping.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

Result<api::UpdateEventSourceMapping::Response> run(Context& context,
                                                    const api::UpdateEventSourceMapping::Request& request);

}  // namespace stator::ops
