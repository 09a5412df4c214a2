#include "api/batch_write_item.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/printed_request.h"
#include "api/request_items.h"
#include "api/structure_readers.h"
#include "api/wording.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostTables = 25;
constexpr std::size_t kMostWrites = 25;

struct PutRequestInput {
  std::optional<WireItem> item;
};
struct DeleteRequestInput {
  std::optional<WireItem> key;
};
struct WriteRequestInput {
  std::optional<PutRequestInput> put;
  std::optional<DeleteRequestInput> del;
};
struct TableInput {
  std::string table_name;
  std::vector<WriteRequestInput> writes;
};
struct BatchWriteItemInput {
  std::optional<RequestItems<TableInput>> request_items;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> return_item_collection_metrics;
};

constexpr std::array kPutRequestMembers{member<&PutRequestInput::item>("Item")};
constexpr std::array kDeleteRequestMembers{member<&DeleteRequestInput::key>("Key")};

Result<void> read(Element element, std::optional<PutRequestInput>& field) {
  return read_member(element, "PutRequest", kPutRequestMembers, field);
}

Result<void> read(Element element, std::optional<DeleteRequestInput>& field) {
  return read_member(element, "DeleteRequest", kDeleteRequestMembers, field);
}

constexpr std::array kWriteRequestMembers{
    member<&WriteRequestInput::put>("PutRequest"),
    member<&WriteRequestInput::del>("DeleteRequest"),
};

Result<void> read_entry(Element element, TableInput& input) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const simdjson::dom::array array, read_nested_list(element));
  input.writes.reserve(std::min(array.size(), kMostWrites + 1));
  for (const Element entry : array) {
    if (input.writes.size() > kMostWrites) break;  // too many, of however many there are
    WriteRequestInput& write = input.writes.emplace_back();
    if (entry.is_null()) continue;
    TRY_ASSIGN(const Object object, read_structure(entry, "WriteRequest", Place::kElement));
    TRY(read_members<WriteRequestInput>(object, kWriteRequestMembers, write));
  }
  return {};
}

Result<void> read(Element element, std::optional<RequestItems<TableInput>>& field) {
  return read_request_items(
      element, "java.util.Map<java.lang.String, java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>", field);
}

constexpr std::array kMembers{
    member<&BatchWriteItemInput::request_items>("RequestItems"),
    member<&BatchWriteItemInput::return_consumed_capacity>("ReturnConsumedCapacity"),
    member<&BatchWriteItemInput::return_item_collection_metrics>("ReturnItemCollectionMetrics"),
};

bool has_bad_count(const TableInput& table) { return table.writes.empty() || table.writes.size() > kMostWrites; }

void constrain(Constraints& constraints, const RequestItems<TableInput>& items) {
  const auto add = [&](std::string_view constraint) {
    constraints.add(printed_request_items(items.sent), "requestItems", constraint);
  };
  if (has_bad_table_name(items)) add(kTableNamesConstraint);
  if (items.tables.size() > kMostTables) {
    add(fmt::format("Member must have length less than or equal to {}", kMostTables));
  }
  if (std::ranges::any_of(items.tables, has_bad_count)) {
    add(
        fmt::format("Map value must satisfy constraint: [Member must have length less than or equal to {}, Member must "
                    "have length greater than or equal to 1]",
                    kMostWrites));
  }
  for (const TableInput& table : items.tables) {
    for (std::size_t i = 0; i < table.writes.size(); ++i) {
      const auto path = [&](std::string_view of) {
        return fmt::format("requestItems.{}.member.{}.member.{}", table.table_name, i + 1, of);
      };
      const auto& [put, del] = table.writes[i];
      if (del && !del->key) constraints.not_null(false, path("deleteRequest.key"));
      if (put && !put->item) constraints.not_null(false, path("putRequest.item"));
    }
  }
}

// A wrong enumeration is reported without what may be wrong with the tables.
Result<void> check_constraints(const BatchWriteItemInput& input) {
  Constraints own;
  own.one_of(input.return_consumed_capacity, "returnConsumedCapacity", kReturnConsumedCapacitySet);
  own.one_of(input.return_item_collection_metrics, "returnItemCollectionMetrics", kReturnItemCollectionMetricsSet);
  own.not_null(input.request_items.has_value(), "requestItems");
  TRY(own.result());
  Constraints of_tables;
  constrain(of_tables, *input.request_items);
  return of_tables.result();
}

Result<void> check_counts(const std::vector<TableInput>& tables) {
  if (tables.empty()) return fail_validation("The requestItems parameter is required for BatchWriteItem");
  std::size_t writes = 0;
  for (const TableInput& table : tables) writes += table.writes.size();
  if (writes > kMostWrites) return fail_validation("Too many items requested for the BatchWriteItem call");
  return {};
}

Result<BatchWriteItem::Write> take_write(WriteRequestInput input) {
  // The service's own words, where neither is given too.
  if (input.put.has_value() == input.del.has_value()) return fail_value(kOlderWording, several_types_problem());
  BatchWriteItem::Write write;
  write.is_put = input.put.has_value();
  TRY_ASSIGN(write.item,
             take_item(kOlderWording, write.is_put ? *std::move(input.put->item) : *std::move(input.del->key)));
  if (write.is_put) write.size = model::item_size(write.item.view());
  return write;
}

// As they were sent: "<table>":[...].
void append_requests(std::string& out, const BatchWriteItem::TableRequest& table) {
  if (out.back() != '{') out.push_back(',');
  append_json_string(out, table.table_name);
  out += ":[";
  for (const BatchWriteItem::Write& write : table.writes) {
    if (out.back() != '[') out.push_back(',');
    out += write.is_put ? R"({"PutRequest":{"Item":)" : R"({"DeleteRequest":{"Key":)";
    append_item(out, write.item.view());
    out += "}}";
  }
  out.push_back(']');
}

}  // namespace

Result<BatchWriteItem::Request> BatchWriteItem::decode(Object body) {
  BatchWriteItemInput input;
  TRY(read_members<BatchWriteItemInput>(body, kMembers, input));
  TRY(check_constraints(input));
  std::vector<TableInput>& tables = input.request_items->tables;
  TRY(check_counts(tables));
  Request request;
  request.tables.reserve(tables.size());
  for (TableInput& table : tables) {
    TableRequest& taken = request.tables.emplace_back();
    taken.table_name = std::move(table.table_name);
    taken.writes.reserve(table.writes.size());
    for (WriteRequestInput& write : table.writes) {
      TRY_ASSIGN(taken.writes.emplace_back(), take_write(std::move(write)));
    }
  }
  request.report = report_options(input.return_consumed_capacity, input.return_item_collection_metrics);
  return request;
}

void BatchWriteItem::render(const Response& response, std::string& out) {
  out += "{\"UnprocessedItems\":{";
  for (const TableRequest& table : response.unprocessed) append_requests(out, table);
  out.push_back('}');
  bool has_collections = false;
  for (const TableResponse& table : response.tables) {
    if (table.collections.empty()) continue;
    out += has_collections ? "," : ",\"ItemCollectionMetrics\":{";
    has_collections = true;
    append_item_collection_metrics(out, table.table_name, table.collections);
  }
  if (has_collections) out.push_back('}');
  if (const auto consumed = consumed_by(response.tables); !consumed.empty()) {
    out += ",\"ConsumedCapacity\":";
    append_consumed_capacities(out, consumed);
  }
  out.push_back('}');
}

}  // namespace stator::api
