// UpdateItem. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
#pragma once

#include <optional>
#include <string>

#include "api/item_request.h"
#include "api/json_object.h"
#include "api/put_item.h"
#include "base/result.h"
#include "expr/condition.h"
#include "expr/update.h"
#include "model/item.h"

namespace stator::api {

struct UpdateItem {
  struct Request {
    std::string table_name;  // or the table's ARN
    model::Item key;
    expr::Update update;  // Update::none() if the request has none
    std::optional<expr::Condition> condition;
    ReturnValues return_values = ReturnValues::kNone;
    bool return_old_on_failure = false;
    ReportOptions report;
  };
  using Response = PutItem::Response;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out) { PutItem::render(response, out); }
};

}  // namespace stator::api
