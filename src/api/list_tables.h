// ListTables. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct ListTables {
  struct Request {
    std::optional<std::string> exclusive_start = {};  // need not be a table's name
    std::size_t limit = 100;
  };
  struct Response {
    std::vector<std::string> names;
    bool more = false;  // there are tables after the last of `names`
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
