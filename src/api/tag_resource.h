// TagResource. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
#pragma once

#include <string>

#include "api/json_object.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

struct TagResource {
  struct Request {
    std::string arn;
    model::Tags tags;  // at least one
  };
  struct Response {};

  static Result<Request> decode(Object body);
  // The answer has no body.
  static void render(const Response& /*response*/, std::string& /*out*/) {}
};

}  // namespace stator::api
