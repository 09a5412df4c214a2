#include "ops/delete_item.h"

#include "ops/execute_write.h"
#include "ops/key_check.h"
#include "ops/table_lookup.h"

namespace stator::ops {

Result<api::DeleteItem::Response> run(Context& context, const api::DeleteItem::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  TRY(check_key(table->definition().key, request.key.view()));
  if (request.condition) TRY(check_paths(*table, *request.condition));

  const storage::ItemChange erase{storage::WriteAction::kErase, {}, 0};
  return execute_write(context,
                       {
                           .table = table,
                           .key = request.key.view(),
                           .condition = request.condition,
                           .return_values = request.return_old ? api::ReturnValues::kAllOld : api::ReturnValues::kNone,
                           .touched = {},
                           .return_old_on_failure = request.return_old_on_failure,
                           .report = request.report,
                           .change = [&](const codec::ItemRecord*) { return erase; },
                       });
}

}  // namespace stator::ops
