#include "ops/create_table.h"

#include <string>
#include <utility>

#include "ops/stream_changes.h"
#include "ops/table_lookup.h"
#include "ops/table_quota.h"

namespace stator::ops {
namespace {

model::Table table_of(const Context& context, std::string_view name, const api::CreateTable::Request& request) {
  model::Table table;
  table.region = context.region();
  table.name = name;
  table.key = request.key;
  table.attribute_definitions = request.attribute_definitions;
  table.billing_mode = request.billing_mode;
  table.throughput = request.throughput;
  table.on_demand_throughput = request.on_demand_throughput;
  table.table_class = request.table_class;
  table.deletion_protection = request.deletion_protection;
  table.tags = request.tags;
  table.indexes = request.indexes;
  if (request.stream) enable_stream(*request.stream, table);
  return table;
}

}  // namespace

Result<api::CreateTable::Response> run(Context& context, const api::CreateTable::Request& request) {
  TRY_ASSIGN(const std::string_view name, named_table(context, request.table_name));
  const storage::TablePtr present = context.storage.find_table(context.region(), name);
  if (present && context.storage.status_of(present->definition()) == model::TableStatus::kCreating) {
    TRY(check_settled(context, present->definition()));
  }
  TRY(check_quota(context, request.throughput));
  if (request.on_demand_throughput) TRY(check_quota(context, *request.on_demand_throughput));
  for (const model::Index& index : request.indexes) {
    TRY(check_quota(context, index.throughput, index.name));
    if (index.on_demand_throughput) TRY(check_quota(context, *index.on_demand_throughput, index.name));
  }

  TRY_ASSIGN(const storage::TablePtr table,
             context.storage.create_table(context.session, table_of(context, name, request)));
  // Always CREATING, as the service says, even if there is nothing to wait for.
  api::CreateTable::Response response{.table = table->definition(), .status = model::TableStatus::kCreating};
  response.table.last_pay_per_request.reset();
  for (const model::Index& index : table->definition().indexes) {
    response.indexes.push_back({.index = index, .status = model::TableStatus::kCreating});
  }
  return response;
}

}  // namespace stator::ops
