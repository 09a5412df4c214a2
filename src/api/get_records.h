// GetRecords. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/json_object.h"
#include "api/stream_event.h"
#include "base/result.h"

namespace stator::api {

struct GetRecords {
  struct Request {
    std::string iterator;
    std::size_t limit = 1000;
  };
  struct Response {
    std::vector<StreamEvent> events;
    std::optional<std::string> next_iterator = {};  // none: the shard has ended
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
