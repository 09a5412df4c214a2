#include "api/delete_item.h"

#include <utility>

#include "api/attribute_value.h"
#include "api/json.h"
#include "api/table_parameters.h"
#include "api/write_parameters.h"

namespace stator::api {
namespace {

struct DeleteItemInput : WriteInput {
  std::optional<WireItem> key;
};

constexpr auto kMembers = write_members<DeleteItemInput>(member<&DeleteItemInput::key>("Key"));

Result<void> check_constraints(const DeleteItemInput& input) {
  TRY(check_table_name(input.table_name));
  Constraints constraints;
  constrain_return_consumed_capacity(constraints, input);
  constrain_return_values(constraints, input);
  constrain_return_item_collection_metrics(constraints, input);
  constraints.not_null(input.key.has_value(), "key");
  constrain(constraints, input.expected, "expected");
  constrain_return_values_on_failure(constraints, input);
  return constraints.result();
}

}  // namespace

Result<DeleteItem::Request> DeleteItem::decode(Object body) {
  DeleteItemInput input;
  TRY(read_members<DeleteItemInput>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_combination(input));
  Request request;
  TRY_ASSIGN(request.key, take_item(kWriteWording, *std::move(input.key)));
  TRY(check_returns_all_old_or_none(input));
  TRY(take_write(input, request));
  return request;
}

}  // namespace stator::api
