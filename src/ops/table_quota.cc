#include "ops/table_quota.h"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace stator::ops {

Result<void> check_quota(const Context& context, const model::Throughput& throughput, std::string_view index) {
  const std::string of = index.empty() ? std::string() : fmt::format(" for index {}", index);
  const auto check = [&](std::int64_t units, std::string_view name) -> Result<void> {
    if (units <= kTableCapacityUnits) return {};
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("The requested {}{}, {}, is above the per {} maximum for the account in {}. Per table "
                            "maximum: {}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to "
                            "request higher limits.",
                            name, of, units, index.empty() ? "table" : "index", context.region(), kTableCapacityUnits));
  };
  TRY(check(throughput.read_units, "ReadCapacityUnits"));
  return check(throughput.write_units, "WriteCapacityUnits");
}

Result<void> check_quota(const Context& context, const model::OnDemandThroughput& throughput, std::string_view index) {
  const std::string of = index.empty() ? "table" : fmt::format("index : {}", index);
  const auto check = [&](std::optional<std::int64_t> units, std::string_view way) -> Result<void> {
    if (units.value_or(0) <= kTableCapacityUnits) return {};
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("Subscriber limit exceeded: Requested Max{0}RequestUnits for OnDemandThroughput for {2} "
                            "exceeds TableMax{0}CapacityUnits of the account in region {1}",
                            way, context.region(), of));
  };
  TRY(check(throughput.max_read_units, "Read"));
  return check(throughput.max_write_units, "Write");
}

void set_ceilings(const model::OnDemandThroughput& next, std::optional<model::OnDemandThroughput>& ceilings) {
  model::OnDemandThroughput merged = ceilings.value_or(model::OnDemandThroughput());
  const auto set = [](std::optional<std::int64_t>& ceiling, const std::optional<std::int64_t>& units) {
    if (units) ceiling = *units == -1 ? std::nullopt : units;
  };
  set(merged.max_read_units, next.max_read_units);
  set(merged.max_write_units, next.max_write_units);
  ceilings = merged == model::OnDemandThroughput() ? std::nullopt : std::optional(merged);
}

}  // namespace stator::ops
