#include "api/describe_table.h"

#include <utility>

#include "api/json.h"
#include "api/table_request.h"

namespace stator::api {
Result<DescribeTable::Request> DescribeTable::decode(Object body) {
  TRY_ASSIGN(std::string table_name, decode_only_table_name(body));
  return Request{.table_name = std::move(table_name)};
}

void DescribeTable::render(const Response& response, std::string& out) {
  out += R"({"Table":)";
  append_table_description(out, response);
  out.push_back('}');
}

}  // namespace stator::api
