#include "api/transact_get_items.h"

#include <array>
#include <utility>

#include "api/attribute_value.h"
#include "api/expression_parameters.h"
#include "api/structure_readers.h"
#include "api/table_parameters.h"
#include "api/transact_items.h"

namespace stator::api {
namespace {

constexpr std::string_view kJavaClass = "TransactGetItem";

struct GetInput {
  std::optional<std::string> table_name;
  std::optional<WireItem> key;
  std::optional<std::string> projection_expression;
  std::optional<WireNames> names;
};
struct TransactGetItemInput {
  std::optional<GetInput> get;
};
struct TransactGetItemsInput {
  std::optional<TransactItems<TransactGetItemInput>> items;
  std::optional<std::string> return_consumed_capacity;
};

constexpr std::array kGetMembers{
    member<&GetInput::table_name>("TableName"),
    member<&GetInput::key>("Key"),
    member<&GetInput::projection_expression>("ProjectionExpression"),
    member<&GetInput::names>("ExpressionAttributeNames"),
};

Result<void> read(Element element, std::optional<GetInput>& field) {
  return read_member(element, "Get", kGetMembers, field);
}

constexpr std::array kItemMembers{member<&TransactGetItemInput::get>("Get")};

Result<void> read_entry(Object object, TransactGetItemInput& input) {
  return read_members<TransactGetItemInput>(object, kItemMembers, input);
}

Result<void> read(Element element, std::optional<TransactItems<TransactGetItemInput>>& field) {
  return read_transact_items(element, kJavaClass, field);
}

constexpr std::array kMembers{
    member<&TransactGetItemsInput::items>("TransactItems"),
    member<&TransactGetItemsInput::return_consumed_capacity>("ReturnConsumedCapacity"),
};

Result<void> check_constraints(const TransactGetItemsInput& input) {
  Constraints constraints;
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  constrain_count(constraints, input.items, kJavaClass);
  for (std::size_t i = 0; input.items && i < input.items->entries.size(); ++i) {
    const std::optional<GetInput>& get = input.items->entries[i].get;
    if (!get) {
      constraints.not_null(false, fmt::format("transactItems.{}.member.get", i + 1));
      continue;
    }
    constrain_table_name(constraints, get->table_name, path_of(i, "get", "tableName"));
    constraints.not_null(get->key.has_value(), path_of(i, "get", "key"));
  }
  return constraints.result();
}

// Names without an expression to use them are ignored, as the service does here.
Result<TransactGetItems::Get> take_get(GetInput input) {
  TransactGetItems::Get get{.table_name = *std::move(input.table_name), .key = {}, .projection = {}};
  TRY_ASSIGN(get.key, take_item(kOlderWording, *std::move(input.key)));
  if (input.projection_expression) {
    TRY_ASSIGN(expr::Placeholders placeholders, make_placeholders(kOlderWording, std::move(input.names), std::nullopt));
    TRY_ASSIGN(get.projection, expr::compile_projection(*input.projection_expression, placeholders));
    TRY(placeholders.check_all_used());
  }
  return get;
}

}  // namespace

Result<TransactGetItems::Request> TransactGetItems::decode(Object body) {
  TransactGetItemsInput input;
  TRY(read_members<TransactGetItemsInput>(body, kMembers, input));
  TRY(check_constraints(input));
  Request request;
  request.gets.reserve(input.items->entries.size());
  for (TransactGetItemInput& item : input.items->entries) {
    TRY_ASSIGN(Get get, take_get(*std::move(item.get)));
    request.gets.push_back(std::move(get));
  }
  request.report = report_options(input.return_consumed_capacity);
  return request;
}

void TransactGetItems::render(const Response& response, std::string& out) {
  out += "{\"Responses\":[";
  for (const std::optional<model::Item>& item : response.items) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    if (item) {
      out += "\"Item\":";
      append_item(out, item->view());
    }
    out.push_back('}');
  }
  out.push_back(']');
  if (!response.consumed.empty()) {
    out += ",\"ConsumedCapacity\":";
    append_consumed_capacities(out, response.consumed);
  }
  out.push_back('}');
}

}  // namespace stator::api
