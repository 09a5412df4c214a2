#include "api/describe_time_to_live.h"

#include <utility>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/table_request.h"

namespace stator::api {

Result<DescribeTimeToLive::Request> DescribeTimeToLive::decode(Object body) {
  TRY_ASSIGN(std::string table_name, decode_only_table_name(body));
  return Request{.table_name = std::move(table_name)};
}

void DescribeTimeToLive::render(const Response& response, std::string& out) {
  out += R"({"TimeToLiveDescription":{"TimeToLiveStatus":)";
  if (response.attribute) {
    out += R"("ENABLED","AttributeName":)";
    append_json_string(out, *response.attribute);
  } else {
    out += R"("DISABLED")";
  }
  out += "}}";
}

}  // namespace stator::api
