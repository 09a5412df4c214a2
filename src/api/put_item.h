// PutItem. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
#pragma once

#include <optional>
#include <string>

#include "api/item_request.h"
#include "api/json_object.h"
#include "base/result.h"
#include "expr/condition.h"
#include "model/item.h"

namespace stator::api {

struct PutItem {
  // Valid as far as that can be told without the table, but for the item's size, which is looked at after its key.
  struct Request {
    std::string table_name;  // or the table's ARN
    model::Item item;
    std::size_t item_size = 0;
    std::optional<expr::Condition> condition;
    bool return_old = false;             // ReturnValues=ALL_OLD
    bool return_old_on_failure = false;  // ReturnValuesOnConditionCheckFailure=ALL_OLD
    ReportOptions report;
  };
  struct Response {
    std::optional<model::Item> attributes;
    std::optional<ConsumedCapacity> consumed;
    std::optional<ItemCollectionMetrics> collection;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
