// DeleteEventSourceMapping. docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html
#pragma once

#include <string>

#include "api/event_source_mapping_description.h"
#include "api/json_object.h"
#include "api/parameters.h"
#include "base/result.h"

namespace stator::api {

struct DeleteEventSourceMapping {
  struct Request {
    std::string uuid;
  };
  using Response = MappingDescription;

  static Result<Request> decode(Object body, const Parameters& parameters);
  static void render(const Response& response, std::string& out) { append_mapping(out, response); }
};

}  // namespace stator::api
