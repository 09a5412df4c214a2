// DescribeTable, and what the other operations that answer with a description share with it.
#pragma once

#include <cstdint>

#include "api/describe_table.h"
#include "api/table_description.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/table.h"
#include "ops/context.h"

namespace stator::ops {

[[nodiscard]] Result<api::DescribeTable::Response> run(Context& context, const api::DescribeTable::Request& request);

// The table as it is seen now.
[[nodiscard]] Result<api::TableDescription> describe(const Context& context, const model::Table& table);
// The same, with the indexes that are gone.
[[nodiscard]] Result<api::TableDescription> describe_whole(const Context& context, const model::Table& table);

// Decreases of throughput since the last midnight, UTC.
[[nodiscard]] std::int64_t decreases_today(const model::ThroughputChanges& changes, WallTime now);

}  // namespace stator::ops
