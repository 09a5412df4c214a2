#pragma once

#include "api/list_event_source_mappings.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

Result<api::ListEventSourceMappings::Response> run(Context& context,
                                                   const api::ListEventSourceMappings::Request& request);

}  // namespace stator::ops
