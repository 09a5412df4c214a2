#include "api/list_tables.h"

#include <array>
#include <cstdint>
#include <utility>

#include "api/attribute_value.h"
#include "api/constraints.h"
#include "api/json.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

constexpr std::int64_t kMostTables = 100;

struct Input {
  std::optional<std::string> exclusive_start;
  std::optional<std::int32_t> limit;
};

constexpr std::array kMembers{member<&Input::exclusive_start>("ExclusiveStartTableName"),
                              member<&Input::limit>("Limit")};

}  // namespace

Result<ListTables::Request> ListTables::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));

  Constraints constraints;
  constraints.at_least(input.limit, "limit", 1);
  constraints.at_most(input.limit, "limit", kMostTables);
  constraints.name_pattern(input.exclusive_start, "exclusiveStartTableName");
  constraints.length_between(input.exclusive_start, "exclusiveStartTableName", kLeastTableName, kMostTableName);
  TRY(constraints.result());

  Request request;
  request.exclusive_start = std::move(input.exclusive_start);
  if (input.limit) request.limit = static_cast<std::size_t>(*input.limit);
  return request;
}

void ListTables::render(const Response& response, std::string& out) {
  out += R"({"TableNames":[)";
  for (const std::string& name : response.names) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, name);
  }
  out.push_back(']');
  if (response.more) {
    out += R"(,"LastEvaluatedTableName":)";
    append_json_string(out, response.names.back());
  }
  out.push_back('}');
}

}  // namespace stator::api
