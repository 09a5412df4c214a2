// DeleteItem. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
#pragma once

#include <optional>
#include <string>

#include "api/item_request.h"
#include "api/json_object.h"
#include "api/put_item.h"
#include "base/result.h"
#include "expr/condition.h"
#include "model/item.h"

namespace stator::api {

struct DeleteItem {
  struct Request {
    std::string table_name;  // or the table's ARN
    model::Item key;
    std::optional<expr::Condition> condition;
    bool return_old = false;
    bool return_old_on_failure = false;
    ReportOptions report;
  };
  using Response = PutItem::Response;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out) { PutItem::render(response, out); }
};

}  // namespace stator::api
