// CreateEventSourceMapping. docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
#pragma once

#include <string>

#include "api/event_source_mapping_description.h"
#include "api/event_source_mapping_settings.h"
#include "api/json_object.h"
#include "base/result.h"
#include "model/event_source_mapping.h"

namespace stator::api {

struct CreateEventSourceMapping {
  struct Request {
    std::string stream_arn;  // of the form of one
    model::StartingPosition starting_position = model::StartingPosition::kTrimHorizon;
    MappingSettings settings;  // with a function
  };
  using Response = MappingDescription;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out) { append_mapping(out, response); }
};

}  // namespace stator::api
