// Scan. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/item_request.h"
#include "api/json_object.h"
#include "api/query.h"
#include "base/result.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "model/item.h"

namespace stator::api {

struct Scan {
  struct Request {
    std::string table_name;  // or the table's ARN
    std::optional<std::string> index_name;
    std::optional<expr::Condition> filter;
    std::optional<expr::Projection> projection;
    Select select = Select::kDefault;
    std::optional<std::int64_t> limit;
    std::int64_t segment = 0;
    std::int64_t total_segments = 1;
    bool consistent = false;
    std::optional<model::Item> exclusive_start_key;
    ReportOptions report;
  };
  using Response = PageResponse;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out) { render_page(response, out); }
};

}  // namespace stator::api
