#include "ops/put_item.h"

#include "model/limits.h"
#include "ops/execute_write.h"
#include "ops/index_key_check.h"
#include "ops/key_check.h"
#include "ops/table_lookup.h"

namespace stator::ops {

Result<api::PutItem::Response> run(Context& context, const api::PutItem::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  TRY(check_item_key(table->definition().key, request.item.view()));
  TRY(check_item_index_keys(*table, request.item.view()));
  if (request.item_size > model::kMaxItemBytes) {
    return fail_validation("Item size has exceeded the maximum allowed size");
  }
  if (request.condition) TRY(check_paths(*table, *request.condition));

  const storage::ItemChange put{storage::WriteAction::kPut, request.item.value(), request.item_size};
  return execute_write(context,
                       {
                           .table = table,
                           .key = request.item.view(),
                           .condition = request.condition,
                           .return_values = request.return_old ? api::ReturnValues::kAllOld : api::ReturnValues::kNone,
                           .touched = {},
                           .return_old_on_failure = request.return_old_on_failure,
                           .report = request.report,
                           .change = [&](const codec::ItemRecord*) { return put; },
                       });
}

}  // namespace stator::ops
