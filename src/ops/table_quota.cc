#include "ops/table_quota.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace stator::ops {

Result<void> check_quota(const Context& context, const model::Throughput& throughput) {
  const auto check = [&](std::int64_t units, std::string_view name) -> Result<void> {
    if (units <= kTableCapacityUnits) return {};
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("The requested {}, {}, is above the per table maximum for the account in {}. Per table "
                            "maximum: {}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to "
                            "request higher limits.",
                            name, units, context.region(), kTableCapacityUnits));
  };
  TRY(check(throughput.read_units, "ReadCapacityUnits"));
  return check(throughput.write_units, "WriteCapacityUnits");
}

Result<void> check_quota(const Context& context, const model::OnDemandThroughput& throughput) {
  const auto check = [&](std::optional<std::int64_t> units, std::string_view way) -> Result<void> {
    if (units.value_or(0) <= kTableCapacityUnits) return {};
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("Subscriber limit exceeded: Requested Max{0}RequestUnits for OnDemandThroughput for table "
                            "exceeds TableMax{0}CapacityUnits of the account in region {1}",
                            way, context.region()));
  };
  TRY(check(throughput.max_read_units, "Read"));
  return check(throughput.max_write_units, "Write");
}

}  // namespace stator::ops
