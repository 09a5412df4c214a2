// Scan.
#pragma once

#include "api/scan.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::Scan::Response> run(Context& context, const api::Scan::Request& request);

}  // namespace stator::ops
