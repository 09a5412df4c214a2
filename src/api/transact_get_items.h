// TransactGetItems. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/item_request.h"
#include "api/json_object.h"
#include "base/result.h"
#include "expr/projection.h"
#include "model/item.h"

namespace stator::api {

struct TransactGetItems {
  struct Get {
    std::string table_name;  // or the table's ARN, as sent
    model::Item key;
    std::optional<expr::Projection> projection;
  };
  struct Request {
    std::vector<Get> gets;
    ReportOptions report;
  };
  struct Response {
    std::vector<std::optional<model::Item>> items;  // of each get; none if there is no such item
    std::vector<ConsumedCapacity> consumed;         // of each table, if asked for
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
