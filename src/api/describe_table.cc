#include "api/describe_table.h"

#include <array>
#include <optional>
#include <utility>

#include "api/json.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<std::string> table_name;
};

constexpr std::array kMembers{member<&Input::table_name>("TableName")};

}  // namespace

Result<DescribeTable::Request> DescribeTable::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY_ASSIGN(std::string table_name, decode_table_name(input.table_name));
  return Request{.table_name = std::move(table_name)};
}

void DescribeTable::render(const Response& response, std::string& out) {
  out += R"({"Table":)";
  append_table_description(out, response);
  out.push_back('}');
}

}  // namespace stator::api
