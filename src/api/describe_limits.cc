#include "api/describe_limits.h"

#include <iterator>

#include <fmt/format.h>

#include "api/json.h"

namespace stator::api {

Result<DescribeLimits::Request> DescribeLimits::decode(Object /*body*/) { return Request{}; }

void DescribeLimits::render(const Response& response, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 R"({{"AccountMaxReadCapacityUnits":{0},"AccountMaxWriteCapacityUnits":{0},)"
                 R"("TableMaxReadCapacityUnits":{1},"TableMaxWriteCapacityUnits":{1}}})",
                 response.account_units, response.table_units);
}

}  // namespace stator::api
