// GetRecords.
#pragma once

#include "api/get_records.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::GetRecords::Response> run(Context& context, const api::GetRecords::Request& request);

}  // namespace stator::ops
