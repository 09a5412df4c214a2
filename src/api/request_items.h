// RequestItems of BatchGetItem and BatchWriteItem: a map from tables to what is asked of each, in the order sent.
// Source: docs/compatibility.md; docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html and
// API_BatchWriteItem.html.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/item_request.h"
#include "api/json.h"
#include "api/table_parameters.h"
#include "base/result.h"

namespace stator::api {

// As sent. An Input has the member `table_name` and a read_entry(Element, Input&).
template <class Input>
struct RequestItems {
  Object sent;
  std::vector<Input> tables;
};

// More than any request may have: of how many more it has is not told.
inline constexpr std::size_t kMostReadTables = 101;

// `java_type` is the service's name of what the map's values are.
template <class Input>
Result<void> read_request_items(Element element, std::string_view java_type,
                                std::optional<RequestItems<Input>>& field) {
  TRY_ASSIGN(const Object object, read_map(element, java_type));
  TRY(check_distinct_names(object));
  RequestItems<Input>& items = field.emplace();
  items.sent = object;
  items.tables.reserve(std::min(object.size(), kMostReadTables));
  for (auto [name, entry] : object) {
    if (items.tables.size() == kMostReadTables) break;
    Input& input = items.tables.emplace_back();
    input.table_name = name;
    TRY(read_entry(entry, input));
  }
  return {};
}

// The service names a least length of 3, which CreateTable's names have.
inline constexpr std::string_view kTableNamesConstraint =
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
    "greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";

template <class Input>
bool has_bad_table_name(const RequestItems<Input>& items) {
  return std::ranges::any_of(items.tables, [](const Input& input) { return !check_table_name(input.table_name); });
}

// Of the tables that have it.
template <class TableResponse>
std::vector<ConsumedCapacity> consumed_by(const std::vector<TableResponse>& tables) {
  std::vector<ConsumedCapacity> consumed;
  for (const TableResponse& table : tables) {
    if (table.consumed) consumed.push_back(*table.consumed);
  }
  return consumed;
}

}  // namespace stator::api
