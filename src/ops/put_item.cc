#include "ops/put_item.h"

#include "ops/execute_write.h"
#include "ops/table_lookup.h"

namespace stator::ops {

Result<api::PutItem::Response> run(Context& context, const api::PutItem::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  TRY_ASSIGN(const WritePlan plan,
             plan_put(table, request.item, request.item_size, {request.condition, request.return_old_on_failure}));
  const auto values = request.return_old ? api::ReturnValues::kAllOld : api::ReturnValues::kNone;
  return execute_write(context, plan, request.table_name, {.values = values}, request.report);
}

}  // namespace stator::ops
