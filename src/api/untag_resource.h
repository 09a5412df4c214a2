// UntagResource. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html
#pragma once

#include <string>
#include <vector>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct UntagResource {
  struct Request {
    std::string arn;
    std::vector<std::string> keys;  // at least one; the table need not have them
  };
  struct Response {};

  static Result<Request> decode(Object body);
  // The answer has no body.
  static void render(const Response& /*response*/, std::string& /*out*/) {}
};

}  // namespace stator::api
