// Lambda's REST API: which operation a method and a path are.
// Source: docs.aws.amazon.com/lambda/latest/api/API_Operations.html.
#pragma once

#include <optional>
#include <string_view>

#include "api/parameters.h"

namespace stator::server {

// Whether the path is one of Lambda's, known or not: "/2015-03-31/...", which is the date of a version of its API.
[[nodiscard]] bool is_lambda_path(std::string_view target);

struct LambdaRoute {
  std::string_view operation;  // static text
  api::Parameters parameters;  // of path and query
};

// No value if there is no such operation here.
[[nodiscard]] std::optional<LambdaRoute> find_lambda_route(std::string_view method, std::string_view target);

}  // namespace stator::server
