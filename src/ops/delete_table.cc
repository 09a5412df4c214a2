#include "ops/delete_table.h"

#include <string>

#include <fmt/format.h>

#include "ops/describe_table.h"
#include "ops/index_state.h"
#include "ops/stream_changes.h"
#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

Result<void> check_deletable(const Context& context, const model::Table& table) {
  TRY(check_settled(context, table));
  TRY(check_indexes_settled(context, table));
  TRY_ASSIGN(const bool is_changing, is_changing_stream(context, table));
  if (is_changing) return fail_in_use("Cannot delete table while stream is being enabled/disabled.");
  if (context.storage.status_of(table) == model::TableStatus::kUpdating) {
    return fail_in_use(fmt::format("Table: {} is in the process of being updated.", table.name));
  }
  if (table.deletion_protection) {
    return fail_validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  }
  return {};
}

}  // namespace

Result<api::DeleteTable::Response> run(Context& context, const api::DeleteTable::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_table(context, request.table_name));
  TRY_ASSIGN(api::DeleteTable::Response response, describe(context, table->definition()));
  TRY(context.storage.delete_table(context.session, context.region(), table->definition().name,
                                   [&](const model::Table& present) { return check_deletable(context, present); }));
  response.status = model::TableStatus::kDeleting;
  response.warm_throughput.reset();
  response.brief = true;
  return response;
}

}  // namespace stator::ops
