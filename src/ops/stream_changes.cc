#include "ops/stream_changes.h"

#include <algorithm>

#include <fmt/format.h>

#include "capacity/partitions.h"
#include "ops/stream_lookup.h"
#include "ops/table_lookup.h"
#include "storage/streams.h"

namespace stator::ops {

void enable_stream(model::StreamViewType view_type, model::Table& table) {
  table.stream = model::StreamSpecification{.view_type = view_type};
  table.shards.clear();
  for (const capacity::HashRange& partition : capacity::partitions(table)) {
    table.shards.push_back(
        {.number = {}, .parent = std::nullopt, .first_hash = partition.first, .last_hash = partition.last});
  }
}

Result<bool> is_changing_stream(const Context& context, const model::Table& table) {
  if (!table.stream || context.storage.status_of(table) != model::TableStatus::kUpdating) return false;
  TRY_ASSIGN(const auto stream, storage::find_stream(context.storage.engine(), context.session.wait, table.region,
                                                     table.name, table.stream->created));
  if (!stream) return false;
  const api::StreamStatus status = status_of(context, *stream);
  return status == api::StreamStatus::kEnabling || status == api::StreamStatus::kDisabling;
}

Result<void> check_admitted_while_stream_changes(const api::UpdateTable::Request& request, const model::Table& table) {
  if (std::ranges::any_of(request.index_changes, api::comes_or_goes)) {
    return fail_in_use("Can't create or delete an index when stream status is being updated.");
  }
  if (request.on_demand_throughput) {
    return fail_in_use("OnDemandThroughput cannot be updated while stream status update is in progress");
  }
  if (request.table_class) {
    return fail_in_use(
        fmt::format("Can't update table class when stream status is being updated. Table: {}", table.name));
  }
  const bool switches = request.billing_mode && *request.billing_mode != table.billing_mode;
  if (request.changes_stream() || request.throughput || switches) {
    return fail_in_use(fmt::format("Table is being updated: {}", table.name));
  }
  return {};
}

Result<void> check_stream_change(const api::UpdateTable::Request& request, const model::Table& table) {
  const bool is_enabled = table.stream && table.stream->enabled;
  if (request.disable_stream && !is_enabled) {
    return fail_validation(fmt::format("Table has no stream to disable: TableName: {}", table.name));
  }
  if (request.enable_stream && is_enabled) {
    return fail_validation(fmt::format("Table already has an enabled stream: TableName: {}", table.name));
  }
  return {};
}

void change_stream(const api::UpdateTable::Request& request, model::Table& table) {
  if (request.disable_stream) table.stream->enabled = false;
  if (request.enable_stream) enable_stream(*request.enable_stream, table);
}

}  // namespace stator::ops
