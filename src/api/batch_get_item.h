// BatchGetItem. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
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

struct BatchGetItem {
  // What is asked of one table, in the request's order.
  struct TableRequest {
    std::string table_name;         // or the table's ARN, as sent
    std::vector<model::Item> keys;  // no two are equal
    std::optional<expr::Projection> projection;
    bool consistent = false;
    // The other members as JSON, as UnprocessedKeys repeats them: "ConsistentRead":true,"ProjectionExpression":"a".
    std::string parameters;
  };
  struct Request {
    std::vector<TableRequest> tables;
    ReportOptions report;
  };

  struct TableResponse {
    std::string table_name;           // as sent
    std::string items;                // encoded items (model/value.h), one after the other
    std::vector<model::Item> unread;  // keys for UnprocessedKeys
    std::string parameters;           // of the request
    std::optional<ConsumedCapacity> consumed;
  };
  struct Response {
    std::vector<TableResponse> tables;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
