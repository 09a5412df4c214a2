// The account's quotas for throughput, as a new AWS account has them.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "model/table.h"
#include "ops/context.h"

namespace stator::ops {

inline constexpr std::int64_t kAccountCapacityUnits = 80'000;
inline constexpr std::int64_t kTableCapacityUnits = 40'000;

// kLimitExceeded if one table, or its index of that name, may not have so much.
[[nodiscard]] Result<void> check_quota(const Context& context, const model::Throughput& throughput,
                                       std::string_view index = {});
[[nodiscard]] Result<void> check_quota(const Context& context, const model::OnDemandThroughput& throughput,
                                       std::string_view index = {});

// Sets the ceilings that `next` gives; -1 takes one away.
void set_ceilings(const model::OnDemandThroughput& next, std::optional<model::OnDemandThroughput>& ceilings);

}  // namespace stator::ops
