// DescribeTimeToLive. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
#pragma once

#include <optional>
#include <string>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct DescribeTimeToLive {
  struct Request {
    std::string table_name;  // or an ARN
  };
  struct Response {
    std::optional<std::string> attribute;  // while it is enabled
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
