// UpdateTimeToLive.
#pragma once

#include "api/update_time_to_live.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::UpdateTimeToLive::Response> run(Context& context,
                                                          const api::UpdateTimeToLive::Request& request);

}  // namespace stator::ops
