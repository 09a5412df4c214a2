#include "ops/update_item.h"

#include "ops/execute_write.h"
#include "ops/size_check.h"
#include "ops/table_lookup.h"

namespace stator::ops {

Result<api::UpdateItem::Response> run(Context& context, const api::UpdateItem::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  TRY_ASSIGN(const WritePlan plan,
             plan_update(table, request.key, request.update, {request.condition, request.return_old_on_failure}));
  TRY(check_statement_size(request.update.statement_size()));
  return execute_write(context, plan, request.table_name,
                       {.values = request.return_values, .touched = request.update.paths()}, request.report);
}

}  // namespace stator::ops
