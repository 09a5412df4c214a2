// ListEventSourceMappings. docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/event_source_mapping_description.h"
#include "api/json_object.h"
#include "api/parameters.h"
#include "base/result.h"

namespace stator::api {

struct ListEventSourceMappings {
  // Where a list goes on: behind the mapping of these two.
  struct Marker {
    std::string stream_arn;
    std::string function_arn;
  };
  struct Request {
    std::optional<std::string> event_source = {};   // only its mappings
    std::optional<std::string> function_name = {};  // likewise; of a form that parse_function_name() takes
    std::optional<Marker> after = {};
    std::size_t limit = 100;
  };
  struct Response {
    std::vector<MappingDescription> mappings;
    bool more = false;  // there are mappings after the last of these
  };

  static Result<Request> decode(Object body, const Parameters& parameters);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
