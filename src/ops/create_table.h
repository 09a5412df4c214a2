// CreateTable.
#pragma once

#include "api/create_table.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::CreateTable::Response> run(Context& context, const api::CreateTable::Request& request);

}  // namespace stator::ops
