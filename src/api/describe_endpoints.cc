#include "api/describe_endpoints.h"

#include "api/attribute_value.h"
#include "api/json.h"

namespace stator::api {

Result<DescribeEndpoints::Request> DescribeEndpoints::decode(Object /*body*/) { return Request{}; }

void DescribeEndpoints::render(const Response& response, std::string& out) {
  out += R"({"Endpoints":[{"Address":)";
  append_json_string(out, response.address);
  out += R"(,"CachePeriodInMinutes":1440}]})";
}

}  // namespace stator::api
