// Query. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/item_request.h"
#include "api/json_object.h"
#include "base/result.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "model/item.h"

namespace stator::api {

enum class Select : std::uint8_t { kDefault, kAllAttributes, kAllProjectedAttributes, kSpecificAttributes, kCount };

// A page of items, as Query and Scan answer with.
struct PageResponse {
  std::string items;        // encoded items (model/value.h), one after the other
  bool count_only = false;  // Select=COUNT: no Items
  std::uint64_t count = 0;
  std::uint64_t scanned_count = 0;
  std::optional<model::Item> last_evaluated_key;
  std::optional<ConsumedCapacity> consumed;
};
void render_page(const PageResponse& response, std::string& out);

struct Query {
  struct Request {
    std::string table_name;  // or the table's ARN
    std::optional<std::string> index_name;
    expr::Condition key_condition;  // bound to the key once the table is known
    std::optional<expr::Condition> filter;
    bool filter_is_legacy = false;  // QueryFilter: other words when it names a key
    std::optional<expr::Projection> projection;
    Select select = Select::kDefault;
    std::optional<std::int64_t> limit;
    bool forward = true;
    bool consistent = false;
    std::optional<model::Item> exclusive_start_key;
    ReportOptions report;
  };
  using Response = PageResponse;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out) { render_page(response, out); }
};

}  // namespace stator::api
