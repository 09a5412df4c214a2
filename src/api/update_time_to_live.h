// UpdateTimeToLive. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
#pragma once

#include <string>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct UpdateTimeToLive {
  struct Request {
    std::string table_name;  // or an ARN
    bool enabled = false;
    std::string attribute;
  };
  // What was asked for.
  struct Response {
    bool enabled = false;
    std::string attribute;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
