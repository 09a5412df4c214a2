// How often the throughput of a table or index may be decreased: four times a day (UTC), and then once every hour.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, "Decreasing provisioned
// throughput".
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::ops {

// Notes a decrease at `now`. kLimitExceeded, with the changes as they were, if it comes too early.
[[nodiscard]] Result<void> count_decrease(model::ThroughputChanges& changes, WallTime now);

}  // namespace stator::ops
