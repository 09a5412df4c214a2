#include "api/tag_resource.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "api/constraints.h"
#include "api/json.h"
#include "api/tags.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<std::string> arn;
  std::optional<std::vector<TagInput>> tags;
};

constexpr std::array kMembers{member<&Input::arn>("ResourceArn"), member<&Input::tags>("Tags")};

}  // namespace

Result<TagResource::Request> TagResource::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY(check_arn(input.arn));
  Constraints constraints;
  constraints.not_null(input.tags.has_value(), "tags");
  TRY(constraints.result());
  TRY(check_table_arn(*input.arn));
  if (input.tags->empty()) return fail_validation("Atleast one Tag needs to be provided as Input.");
  TRY_ASSIGN(model::Tags tags, decode_tags(*input.tags));
  return Request{.arn = std::move(*input.arn), .tags = std::move(tags)};
}

}  // namespace stator::api
