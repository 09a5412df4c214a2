#pragma once

#include "api/create_event_source_mapping.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

Result<api::CreateEventSourceMapping::Response> run(Context& context,
                                                    const api::CreateEventSourceMapping::Request& request);

}  // namespace stator::ops
