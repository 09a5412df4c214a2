#include "ops/describe_limits.h"

#include "ops/table_quota.h"

namespace stator::ops {

Result<api::DescribeLimits::Response> run(Context& /*context*/, const api::DescribeLimits::Request& /*request*/) {
  return api::DescribeLimits::Response{.account_units = kAccountCapacityUnits, .table_units = kTableCapacityUnits};
}

}  // namespace stator::ops
