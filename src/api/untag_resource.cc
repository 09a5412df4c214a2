#include "api/untag_resource.h"

#include <array>
#include <optional>
#include <utility>

#include "api/constraints.h"
#include "api/json.h"
#include "api/tags.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<std::string> arn;
  std::optional<std::vector<std::string>> keys;
};

constexpr std::array kMembers{member<&Input::arn>("ResourceArn"), member<&Input::keys>("TagKeys")};

}  // namespace

Result<UntagResource::Request> UntagResource::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY(check_arn(input.arn));
  Constraints constraints;
  constraints.not_null(input.keys.has_value(), "tagKeys");
  TRY(constraints.result());
  TRY(check_table_arn(*input.arn));
  if (input.keys->empty()) return fail_validation("Atleast one Tag Key needs to be provided as Input.");
  TRY(check_tag_keys(*input.keys));
  return Request{.arn = std::move(*input.arn), .keys = std::move(*input.keys)};
}

}  // namespace stator::api
