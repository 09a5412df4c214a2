// BatchWriteItem. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/item_request.h"
#include "api/json_object.h"
#include "base/result.h"
#include "model/item.h"

namespace stator::api {

struct BatchWriteItem {
  struct Write {
    bool is_put = false;
    model::Item item;      // a DeleteRequest's key
    std::size_t size = 0;  // of a PutRequest's item
  };
  struct TableRequest {
    std::string table_name;  // or the table's ARN, as sent
    std::vector<Write> writes;
  };
  // In the request's order. That an item is not too large and its key right is for the table to tell.
  struct Request {
    std::vector<TableRequest> tables;
    ReportOptions report;
  };

  struct TableResponse {
    std::string table_name;  // as sent
    std::optional<ConsumedCapacity> consumed;
    std::vector<ItemCollectionMetrics> collections;
  };
  struct Response {
    std::vector<TableResponse> tables;
    std::vector<TableRequest> unprocessed;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
