#include "ops/update_time_to_live.h"

#include <string>

#include <fmt/format.h>

#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

Result<void> check_changes(const model::Table& table, const api::UpdateTimeToLive::Request& request) {
  if (!table.expiry) {
    if (!request.enabled) return fail_validation("TimeToLive is already disabled");
    return {};
  }
  const std::string& attribute = table.expiry->key.partition().front().name;
  if (attribute != request.attribute) {
    return fail_validation(
        fmt::format("TimeToLive is active on a different AttributeName: current AttributeName is {}", attribute));
  }
  if (request.enabled) return fail_validation("TimeToLive is already enabled");
  return {};
}

// In words of its own: there is no colon.
Result<void> check_created(const Context& context, const model::Table& table) {
  if (context.storage.status_of(table) != model::TableStatus::kCreating) return check_settled(context, table);
  return fail_in_use(fmt::format("Table {} is being created", table.name));
}

}  // namespace

Result<api::UpdateTimeToLive::Response> run(Context& context, const api::UpdateTimeToLive::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_table(context, request.table_name));
  const auto change = [&](model::Table& changed) -> Result<void> {
    TRY(check_created(context, changed));
    TRY(check_changes(changed, request));
    changed.expiry.reset();
    if (request.enabled) changed.expiry = model::expiry_index(request.attribute);
    return {};
  };
  TRY(context.storage.change_table(context.session, context.region(), table->definition().name, change));
  return api::UpdateTimeToLive::Response{.enabled = request.enabled, .attribute = request.attribute};
}

}  // namespace stator::ops
