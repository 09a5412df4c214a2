// DescribeEndpoints. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
#pragma once

#include <string>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct DescribeEndpoints {
  struct Request {};
  struct Response {
    std::string address;  // host and port
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
