// ListTagsOfResource. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
#pragma once

#include <string>

#include "api/json_object.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

struct ListTagsOfResource {
  // NextToken is left out: all the tags of a table are one page, and a token of any kind means the first.
  struct Request {
    std::string arn;
  };
  struct Response {
    model::Tags tags;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
