#include "api/put_item.h"

#include <utility>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/table_parameters.h"
#include "api/write_parameters.h"

namespace stator::api {
namespace {

struct PutItemInput : WriteInput {
  std::optional<WireItem> item;
};

constexpr auto kMembers = write_members<PutItemInput>(member<&PutItemInput::item>("Item"));

Result<void> check_constraints(const PutItemInput& input) {
  TRY(check_table_name(input.table_name));
  Constraints constraints;
  constrain_return_consumed_capacity(constraints, input);
  constraints.not_null(input.item.has_value(), "item");
  constrain(constraints, input.expected, "expected");
  constrain_return_values(constraints, input);
  constrain_return_item_collection_metrics(constraints, input);
  constrain_return_values_on_failure(constraints, input);
  return constraints.result();
}

}  // namespace

Result<PutItem::Request> PutItem::decode(Object body) {
  PutItemInput input;
  TRY(read_members<PutItemInput>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_combination(input));
  Request request;
  TRY_ASSIGN(request.item, take_item(kWriteWording, *std::move(input.item)));
  TRY(check_returns_all_old_or_none(input));
  request.item_size = model::item_size(request.item.view());
  TRY(take_write(input, request));
  return request;
}

void PutItem::render(const Response& response, std::string& out) {
  char separator = '{';
  const auto begin = [&](std::string_view name) {
    out.push_back(separator);
    separator = ',';
    out.append("\"").append(name).append("\":");
  };
  if (response.attributes) {
    begin("Attributes");
    append_item(out, response.attributes->view());
  }
  if (response.consumed) {
    begin("ConsumedCapacity");
    append_consumed_capacity(out, *response.consumed);
  }
  if (response.collection) {
    begin("ItemCollectionMetrics");
    append_item_collection_metrics(out, *response.collection);
  }
  out.append(separator == '{' ? "{}" : "}");
}

}  // namespace stator::api
