// GetItem. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
#pragma once

#include <optional>
#include <string>

#include "api/item_request.h"
#include "api/json_object.h"
#include "base/result.h"
#include "expr/projection.h"
#include "model/item.h"

namespace stator::api {

struct GetItem {
  struct Request {
    std::string table_name;  // or the table's ARN
    model::Item key;
    bool consistent = false;
    std::optional<expr::Projection> projection;
    ReportOptions report;
  };
  struct Response {
    std::optional<model::Item> item;
    std::optional<ConsumedCapacity> consumed;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
