#include "ops/describe_endpoints.h"

#include <string>

namespace stator::ops {

Result<api::DescribeEndpoints::Response> run(Context& context, const api::DescribeEndpoints::Request& /*request*/) {
  return api::DescribeEndpoints::Response{.address = std::string(context.host)};
}

}  // namespace stator::ops
