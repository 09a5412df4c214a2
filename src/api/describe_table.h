// DescribeTable. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
#pragma once

#include <string>

#include "api/json_object.h"
#include "api/table_description.h"
#include "base/result.h"

namespace stator::api {

struct DescribeTable {
  struct Request {
    std::string table_name;  // or an ARN
  };
  using Response = TableDescription;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
