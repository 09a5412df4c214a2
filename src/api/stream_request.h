// What the requests on streams have in common.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html and the
// service's model.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/constraints.h"
#include "base/result.h"

namespace stator::api {

// "arn:aws:dynamodb:us-east-1:000000000000:table/Name/stream/2026-11-21T14:53:00.123". Does not own.
struct StreamArn {
  std::string_view region;
  std::string_view account;
  std::string_view table_name;
  std::string_view label;  // not looked at
};

// No value if it has not that form.
[[nodiscard]] std::optional<StreamArn> parse_stream_arn(std::string_view text);

[[nodiscard]] std::unexpected<Error> fail_stream_arn();
// kValidation "Invalid StreamArn" unless parse_stream_arn() takes it; for members that passed their constraints.
[[nodiscard]] Result<void> check_stream_arn(const std::string& arn);

void constrain_shard_id(Constraints& constraints, const std::optional<std::string>& id, std::string_view path);

}  // namespace stator::api
