#include "api/batch_get_item.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "api/expression_parameters.h"
#include "api/json.h"
#include "api/legacy_parameters.h"
#include "api/request_items.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostTables = 100;
constexpr std::size_t kMostKeys = 100;

struct WireKey {
  Element sent;
  WireItem key;
};

struct TableInput {
  std::string table_name;
  std::optional<std::vector<WireKey>> keys;
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<bool> consistent_read;
  std::optional<std::string> projection_expression;
  std::optional<WireNames> names;
};

struct BatchGetItemInput {
  std::optional<RequestItems<TableInput>> request_items;
  std::optional<std::string> return_consumed_capacity;
};

Result<void> read(Element element, std::optional<std::vector<WireKey>>& field) {
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  auto& keys = field.emplace();
  keys.reserve(std::min(array.size(), kMostKeys + 1));
  for (const Element entry : array) {
    if (keys.size() > kMostKeys) break;  // too many, of however many there are
    TRY_ASSIGN(WireItem key, read_nested_item(entry));
    keys.push_back({.sent = entry, .key = std::move(key)});
  }
  return {};
}

constexpr std::array kTableMembers{
    member<&TableInput::keys>("Keys"),
    member<&TableInput::attributes_to_get>("AttributesToGet"),
    member<&TableInput::consistent_read>("ConsistentRead"),
    member<&TableInput::projection_expression>("ProjectionExpression"),
    member<&TableInput::names>("ExpressionAttributeNames"),
};

Result<void> read_entry(Element element, TableInput& input) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const Object object, read_structure(element, "KeysAndAttributes", Place::kElement));
  return read_members<TableInput>(object, kTableMembers, input);
}

Result<void> read(Element element, std::optional<RequestItems<TableInput>>& field) {
  return read_request_items(
      element, "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.KeysAndAttributes>", field);
}

constexpr std::array kMembers{
    member<&BatchGetItemInput::request_items>("RequestItems"),
    member<&BatchGetItemInput::return_consumed_capacity>("ReturnConsumedCapacity"),
};

void constrain(Constraints& constraints, const RequestItems<TableInput>& items) {
  if (has_bad_table_name(items)) {
    constraints.add(simdjson::minify(items.sent), "requestItems", kTableNamesConstraint);
  }
  if (items.tables.size() > kMostTables) {
    constraints.add(simdjson::minify(items.sent), "requestItems",
                    fmt::format("Member must have length less than or equal to {}", kMostTables));
  }
  for (const TableInput& table : items.tables) {
    const auto path = [&](std::string_view of) {
      return fmt::format("requestItems.{}.member.{}", table.table_name, of);
    };
    if (!table.keys) constraints.not_null(false, path("keys"));
    if (table.attributes_to_get && table.attributes_to_get->empty()) {
      constraints.add("[]", path("attributesToGet"), "Member must have length greater than or equal to 1");
    }
  }
}

// The current layer's constraints, which are reported alone and do not show the value.
Result<void> check_key_counts(const RequestItems<TableInput>& items) {
  for (const TableInput& table : items.tables) {
    const std::size_t keys = table.keys->size();
    if (keys >= 1 && keys <= kMostKeys) continue;
    return fail_validation(enveloped(fmt::format(
        "Value at 'RequestItems.{}.member.Keys' failed to satisfy constraint: Member must have length {} than or "
        "equal to {}",
        table.table_name, keys == 0 ? "greater" : "less", keys == 0 ? 1 : kMostKeys)));
  }
  return {};
}

Result<void> check_constraints(const BatchGetItemInput& input) {
  Constraints constraints;
  constraints.not_null(input.request_items.has_value(), "requestItems");
  if (input.request_items) constrain(constraints, *input.request_items);
  constraints.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  TRY(constraints.result());
  if (input.request_items->tables.empty()) {
    return fail_validation("The requestItems parameter is required for BatchGetItem");
  }
  return check_key_counts(*input.request_items);
}

// Across all tables.
Result<void> check_combination(const std::vector<TableInput>& tables) {
  const auto any = [&](auto is_given) { return std::ranges::any_of(tables, is_given); };
  return check_mixing(
      kReadWording,
      {{"AttributesToGet", any([](const TableInput& table) { return table.attributes_to_get.has_value(); })}},
      {{"ProjectionExpression", any([](const TableInput& table) { return table.projection_expression.has_value(); })}});
}

// TableRequest::parameters.
std::string parameters_of(const TableInput& table) {
  std::string out;
  const auto begin = [&](std::string_view name) {
    if (!out.empty()) out.push_back(',');
    out.append("\"").append(name).append("\":");
  };
  if (table.consistent_read) {
    begin("ConsistentRead");
    out += *table.consistent_read ? "true" : "false";
  }
  if (table.attributes_to_get) {
    begin("AttributesToGet");
    char separator = '[';
    for (const std::string& name : *table.attributes_to_get) {
      out.push_back(separator);
      separator = ',';
      append_json_string(out, name);
    }
    out.push_back(']');
  }
  if (table.projection_expression) {
    begin("ProjectionExpression");
    append_json_string(out, *table.projection_expression);
  }
  if (table.names) {
    begin("ExpressionAttributeNames");
    char separator = '{';
    for (const auto& [placeholder, name] : *table.names) {
      out.push_back(separator);
      separator = ',';
      append_json_string(out, placeholder);
      out.push_back(':');
      append_json_string(out, name);
    }
    out.push_back('}');
  }
  return out;
}

Result<std::optional<expr::Projection>> take_projection(TableInput& table) {
  TRY(check_placeholder_use(
      kReadWording, {.names = table.names.has_value(), .any_expression = table.projection_expression.has_value()}));
  TRY_ASSIGN(std::optional<expr::Projection> projection, compile(table.attributes_to_get));
  TRY_ASSIGN(expr::Placeholders placeholders, make_placeholders(kReadWording, std::move(table.names), std::nullopt));
  if (table.projection_expression) {
    TRY_ASSIGN(projection, expr::compile_projection(*table.projection_expression, placeholders));
  }
  TRY(placeholders.check_all_used());
  return projection;
}

// A key as sent, its attributes in the order of their names.
std::string text_of(Element sent) {
  Object object;
  if (sent.get(object) != simdjson::SUCCESS) return {};
  std::vector<std::pair<std::string_view, std::string>> attributes;
  for (auto [name, value] : object) attributes.emplace_back(name, simdjson::minify(value));
  std::ranges::sort(attributes);
  std::string text;
  for (const auto& [name, value] : attributes) {
    append_json_string(text, name);
    text += value;
  }
  return text;
}

bool has_equal_texts(const std::vector<WireKey>& sent) {
  std::unordered_set<std::string> seen;
  return std::ranges::any_of(sent, [&](const WireKey& key) { return !seen.insert(text_of(key.sent)).second; });
}

// The service compares keys as they were written: one that comes a second time with its number written otherwise is
// accepted, and read once.
Result<std::vector<model::Item>> take_keys(std::vector<WireKey> sent) {
  std::vector<model::Item> keys;
  keys.reserve(sent.size());  // `seen` looks into them
  std::unordered_set<std::string_view> seen;
  for (WireKey& wire : sent) {
    TRY_ASSIGN(model::Item key, take_item(kReadWording, std::move(wire.key)));
    if (seen.contains(key.encoded())) continue;
    seen.insert(keys.emplace_back(std::move(key)).encoded());
  }
  if (keys.size() < sent.size() && has_equal_texts(sent)) {
    return fail_validation("Provided list of item keys contains duplicates");
  }
  return keys;
}

}  // namespace

Result<BatchGetItem::Request> BatchGetItem::decode(Object body) {
  BatchGetItemInput input;
  TRY(read_members<BatchGetItemInput>(body, kMembers, input));
  TRY(check_constraints(input));
  std::vector<TableInput>& tables = input.request_items->tables;
  TRY(check_combination(tables));
  Request request;
  request.tables.reserve(tables.size());
  std::size_t keys = 0;
  for (TableInput& table : tables) {
    TableRequest& taken = request.tables.emplace_back();
    taken.parameters = parameters_of(table);
    TRY_ASSIGN(taken.projection, take_projection(table));
    keys += table.keys->size();
    TRY_ASSIGN(taken.keys, take_keys(*std::move(table.keys)));
    if (keys > kMostKeys) return fail_validation("Too many items requested for the BatchGetItem call");
    taken.table_name = std::move(table.table_name);
    taken.consistent = table.consistent_read.value_or(false);
  }
  request.report = report_options(input.return_consumed_capacity);
  return request;
}

void BatchGetItem::render(const Response& response, std::string& out) {
  std::size_t size = 0;
  for (const TableResponse& table : response.tables) size += rendered_size(table.items);
  out.reserve(out.size() + size);
  out += "{\"Responses\":{";
  for (const TableResponse& table : response.tables) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(out, table.table_name);
    out.push_back(':');
    append_items(out, table.items);
  }
  out += "},\"UnprocessedKeys\":{";
  for (const TableResponse& table : response.tables) {
    if (table.unread.empty()) continue;
    if (out.back() != '{') out.push_back(',');
    append_json_string(out, table.table_name);
    out += ":{\"Keys\":[";
    for (const model::Item& key : table.unread) {
      if (out.back() != '[') out.push_back(',');
      append_item(out, key.view());
    }
    out.push_back(']');
    if (!table.parameters.empty()) out.append(",").append(table.parameters);
    out.push_back('}');
  }
  out.push_back('}');
  if (const auto consumed = consumed_by(response.tables); !consumed.empty()) {
    out += ",\"ConsumedCapacity\":";
    append_consumed_capacities(out, consumed);
  }
  out.push_back('}');
}

}  // namespace stator::api
