// ListStreams.
#pragma once

#include "api/list_streams.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::ListStreams::Response> run(Context& context, const api::ListStreams::Request& request);

}  // namespace stator::ops
