#pragma once

#include "api/get_event_source_mapping.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

Result<api::GetEventSourceMapping::Response> run(Context& context, const api::GetEventSourceMapping::Request& request);

}  // namespace stator::ops
