// DescribeLimits. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
#pragma once

#include <cstdint>
#include <string>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

struct DescribeLimits {
  struct Request {};
  // Capacity units; reads and writes have the same limits.
  struct Response {
    std::int64_t account_units = 0;
    std::int64_t table_units = 0;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
