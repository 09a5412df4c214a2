// Tags: as sent, their rules, and the ARNs of what they hang on.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html; the service checks tags outside its
// model's constraints and in words of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

struct TagInput {
  std::optional<std::string> key;
  std::optional<std::string> value;
};
Result<void> read(Element element, std::optional<std::vector<TagInput>>& field);

// ResourceArn, in two steps: whether it is an ARN at all, and, once the request's other members have been looked at,
// whether it is one of a table. (Whether of the request's region and account is for the operation to see.)
[[nodiscard]] Result<void> check_arn(const std::optional<std::string>& arn);
[[nodiscard]] Result<void> check_table_arn(std::string_view arn);

[[nodiscard]] Result<model::Tags> decode_tags(const std::vector<TagInput>& tags);
[[nodiscard]] Result<void> check_tag_keys(const std::vector<std::string>& keys);

// The limits of all tags of one resource: 50 tags, 10,240 bytes.
[[nodiscard]] Result<void> check_tag_limits(const model::Tags& tags);

}  // namespace stator::api
