#include "api/list_tags_of_resource.h"

#include <array>
#include <optional>
#include <utility>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/tags.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<std::string> arn;
  std::optional<std::string> next_token;
};

constexpr std::array kMembers{member<&Input::arn>("ResourceArn"), member<&Input::next_token>("NextToken")};

}  // namespace

Result<ListTagsOfResource::Request> ListTagsOfResource::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY(check_arn(input.arn));
  TRY(check_table_arn(*input.arn));
  return Request{.arn = std::move(*input.arn)};
}

void ListTagsOfResource::render(const Response& response, std::string& out) {
  out += R"({"Tags":[)";
  for (const auto& [key, value] : response.tags) {
    if (out.back() != '[') out.push_back(',');
    out += R"({"Key":)";
    append_json_string(out, key);
    out += R"(,"Value":)";
    append_json_string(out, value);
    out.push_back('}');
  }
  out += "]}";
}

}  // namespace stator::api
