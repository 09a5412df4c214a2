#include "ops/update_table.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "api/rule.h"
#include "ops/describe_table.h"
#include "ops/index_changes.h"
#include "ops/index_state.h"
#include "ops/stream_changes.h"
#include "ops/table_lookup.h"
#include "ops/table_quota.h"
#include "ops/throughput_decreases.h"

namespace stator::ops {
namespace {

using Request = api::UpdateTable::Request;
using model::BillingMode;

bool switches_billing(const Request& request, const model::Table& table) {
  return request.billing_mode && *request.billing_mode != table.billing_mode;
}

// While a table is being updated, its deletion protection can be changed, and what changes nothing is let through.
Result<void> check_admissible(const Context& context, const Request& request, const model::Table& table) {
  TRY(check_settled(context, table));
  TRY(check_indexes_admit(context, request, table));
  if (context.storage.status_of(table) != model::TableStatus::kUpdating) return {};
  TRY_ASSIGN(const bool is_changing, is_changing_stream(context, table));
  if (is_changing) return check_admitted_while_stream_changes(request, table);
  if (request.throughput || switches_billing(request, table)) {
    return fail_in_use(fmt::format("Table IOPS are currently being updated. Table: {}", table.name));
  }
  if (request.table_class || request.on_demand_throughput || request.changes_stream()) {
    return fail_in_use(fmt::format("Table: {} is in the process of being updated.", table.name));
  }
  return {};
}

// Stator's tables have the default encryption only: there is nothing to turn off.
Result<void> check_encryption(const Request& request) {
  if (!request.disable_encryption) return {};
  return fail_validation(fmt::format("{}Table is already encrypted by default", api::kInvalidParameter));
}

// Shows UPDATING until the change has run its time.
void mark_updating(const Context& context, model::Table& table) {
  table.status = model::TableStatus::kUpdating;
  table.status_until = context.clock.now() + context.storage.options().table_delay;
}

std::unexpected<Error> fail_same_throughput(const model::Throughput& throughput) {
  return fail_validation(fmt::format(
      "The provisioned throughput for the table will not change. The requested value equals the current value. "
      "Current ReadCapacityUnits provisioned for the table: {0}. Requested ReadCapacityUnits: {0}. "
      "Current WriteCapacityUnits provisioned for the table: {1}. Requested WriteCapacityUnits: {1}. "
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
      throughput.read_units, throughput.write_units));
}

Result<void> change_throughput(const Context& context, const model::Throughput& next, model::Table& table) {
  const model::Throughput current = table.throughput;
  if (next == current) return fail_same_throughput(current);
  TRY(check_quota(context, next));
  const WallTime now = context.clock.now();
  if (next.read_units < current.read_units || next.write_units < current.write_units) {
    TRY(count_decrease(table.throughput_changes, now));
  }
  if (next.read_units > current.read_units || next.write_units > current.write_units)
    table.throughput_changes.last_increase = now;
  table.throughput = next;
  mark_updating(context, table);
  return {};
}

Result<void> switch_billing(const Context& context, const Request& request, model::Table& table) {
  const model::Throughput next = request.throughput.value_or(model::Throughput());
  TRY(check_quota(context, next));
  mark_updating(context, table);
  table.billing_mode = *request.billing_mode;
  table.throughput = next;
  if (table.billing_mode == BillingMode::kPayPerRequest) {
    table.last_pay_per_request = table.status_until;
  } else {
    table.on_demand_throughput.reset();
  }
  return {};
}

Result<void> change_billing(const Context& context, const Request& request, model::Table& table) {
  if (switches_billing(request, table)) return switch_billing(context, request, table);
  if (!request.throughput) return {};
  if (table.billing_mode == BillingMode::kPayPerRequest) {
    return fail_validation(
        fmt::format("{}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                    "PAY_PER_REQUEST",
                    api::kInvalidParameter));
  }
  return change_throughput(context, *request.throughput, table);
}

Result<void> change_on_demand(const Context& context, const model::OnDemandThroughput& next, model::Table& table) {
  if (table.billing_mode == BillingMode::kProvisioned) {
    return fail_validation(
        fmt::format("{}{} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
                    api::kInvalidParameter, next.max_read_units ? "MaxReadRequestUnits" : "MaxWriteRequestUnits"));
  }
  TRY(check_quota(context, next));
  set_ceilings(next, table.on_demand_throughput);
  return {};
}

void change_table_class(const Context& context, model::TableClass next, model::Table& table) {
  if (next == table.table_class.value_or(model::TableClass::kStandard)) return;
  table.table_class = next;
  mark_updating(context, table);
}

Result<void> change(const Context& context, const Request& request, model::Table& table) {
  TRY(check_admissible(context, request, table));
  TRY(check_stream_change(request, table));
  TRY(check_encryption(request));
  TRY(check_index_changes_admitted(context, request, table));
  const bool switched = switches_billing(request, table);
  TRY(change_billing(context, request, table));
  TRY(change_indexes(context, request, switched, table));
  if (request.on_demand_throughput) TRY(change_on_demand(context, *request.on_demand_throughput, table));
  if (request.table_class) change_table_class(context, *request.table_class, table);
  if (request.deletion_protection) table.deletion_protection = *request.deletion_protection;
  if (request.changes_stream()) {
    change_stream(request, table);
    mark_updating(context, table);
  }
  return {};
}

// The service answers with what was before the change where the change takes time: old throughput with the new times,
// the old class. A switch of the billing mode shows at once, without its time.
void show_before(const Context& context, const Request& request, const model::Table& before, model::Table& shown) {
  if (shown.billing_mode != before.billing_mode) {
    shown.last_pay_per_request.reset();
    if (shown.billing_mode == BillingMode::kPayPerRequest) shown.throughput_changes.last_decrease = context.clock.now();
  } else {
    shown.throughput = before.throughput;
    shown.throughput_changes.decreases_today = decreases_today(before.throughput_changes, context.clock.now());
  }
  shown.table_class = before.table_class;
  if (request.on_demand_throughput) {
    model::OnDemandThroughput& ceilings =
        shown.on_demand_throughput ? *shown.on_demand_throughput : shown.on_demand_throughput.emplace();
    const model::OnDemandThroughput& sent = *request.on_demand_throughput;
    if (sent.max_read_units) ceilings.max_read_units = sent.max_read_units;
    if (sent.max_write_units) ceilings.max_write_units = sent.max_write_units;
  }
}

}  // namespace

Result<api::UpdateTable::Response> run(Context& context, const Request& request) {
  TRY_ASSIGN(const std::string_view name, named_table(context, request.table_name));
  api::TableDescription response;
  const auto change_and_show = [&](model::Table& table) -> Result<void> {
    const model::Table before = table;
    TRY(change(context, request, table));
    TRY_ASSIGN(response, describe_whole(context, table));
    show_before(context, request, before, response.table);
    show_index_changes(context, request, before, response);
    return {};
  };
  TRY_ASSIGN(const storage::TablePtr changed,
             context.storage.change_table(context.session, context.region(), name, change_and_show));
  response.table.stream = changed->definition().stream;
  if (request.throughput || request.billing_mode || request.table_class || request.changes_stream() ||
      std::ranges::any_of(request.index_changes, api::comes_or_goes)) {
    response.status = model::TableStatus::kUpdating;
  }
  return response;
}

}  // namespace stator::ops
