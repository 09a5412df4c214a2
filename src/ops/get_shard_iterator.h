// GetShardIterator.
#pragma once

#include "api/get_shard_iterator.h"
#include "base/result.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::GetShardIterator::Response> run(Context& context,
                                                          const api::GetShardIterator::Request& request);

}  // namespace stator::ops
