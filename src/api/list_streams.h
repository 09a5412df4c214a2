// ListStreams. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct ListStreams {
  struct Request {
    std::optional<std::string> table_name = {};       // or an ARN
    std::optional<std::string> exclusive_start = {};  // has the form of a stream's ARN
    std::size_t limit = 100;
  };
  struct Stream {
    std::string arn;
    std::string table_name;
    std::string label;
  };
  struct Response {
    std::vector<Stream> streams;
    bool more = false;  // there are streams after the last of `streams`
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
