#include "ops/describe_table.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "ops/index_state.h"
#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

// What a table on demand can take at once; the service keeps it for a table that ever was.
constexpr model::Throughput kOnDemandWarm{.read_units = 12'000, .write_units = 4'000};

// Of the table, or of an index of its.
model::Throughput warm_throughput(const model::Table& table, const model::Throughput& throughput) {
  if (table.billing_mode == model::BillingMode::kProvisioned && !table.last_pay_per_request) return throughput;
  return {.read_units = std::max(kOnDemandWarm.read_units, throughput.read_units),
          .write_units = std::max(kOnDemandWarm.write_units, throughput.write_units)};
}

// What is not stored yet has no number and no entries.
Result<storage::TableCounters> count(const Context& context, const model::Table& table, const model::Index& index) {
  if (index.number == IndexNumber{}) return storage::TableCounters{};
  return context.storage.counters(context.session, table.number, index.number);
}

Result<api::IndexDescription> describe(const Context& context, const model::Table& table, const model::Index& index) {
  TRY_ASSIGN(const storage::TableCounters counters, count(context, table, index));
  const IndexPhase phase = phase_of(context, index);
  api::IndexDescription description{.index = index,
                                    .status = context.storage.status_of(index),
                                    .item_count = counters.items,
                                    .size_bytes = counters.bytes,
                                    .warm_throughput = warm_throughput(table, index.throughput)};
  model::ThroughputChanges& changes = description.index.throughput_changes;
  changes.decreases_today = decreases_today(changes, context.clock.now());
  if (phase == IndexPhase::kAllocating || phase == IndexPhase::kBackfilling) {
    description.backfilling = phase == IndexPhase::kBackfilling;
  }
  return description;
}

// The table is shown as UPDATING while resources for an index are got or given back.
bool is_updating_indexes(const Context& context, const model::Table& table) {
  return std::ranges::any_of(table.indexes, [&](const model::Index& index) {
    const IndexPhase phase = phase_of(context, index);
    return phase == IndexPhase::kAllocating || phase == IndexPhase::kDeleting;
  });
}

}  // namespace

std::int64_t decreases_today(const model::ThroughputChanges& changes, WallTime now) {
  const auto day = [](WallTime time) { return std::chrono::floor<std::chrono::days>(time); };
  return changes.last_decrease && day(*changes.last_decrease) == day(now) ? changes.decreases_today : 0;
}

Result<api::TableDescription> describe_whole(const Context& context, const model::Table& table) {
  TRY_ASSIGN(const storage::TableCounters counters,
             context.storage.counters(context.session, table.number, IndexNumber{0}));
  const WallTime now = context.clock.now();
  const model::TableStatus status = context.storage.status_of(table);
  api::TableDescription description{.table = table,
                                    .status = status,
                                    .item_count = counters.items,
                                    .size_bytes = counters.bytes,
                                    .warm_throughput = warm_throughput(table, table.throughput)};
  if (status == model::TableStatus::kActive && is_updating_indexes(context, table)) {
    description.status = model::TableStatus::kUpdating;
  }
  description.table.throughput_changes.decreases_today = decreases_today(table.throughput_changes, now);
  // The time of a switch to on-demand is told once the switch is done.
  if (status == model::TableStatus::kCreating || table.last_pay_per_request > now) {
    description.table.last_pay_per_request.reset();
  }
  for (const model::Index& index : table.indexes) {
    TRY_ASSIGN(description.indexes.emplace_back(), describe(context, table, index));
  }
  return description;
}

Result<api::TableDescription> describe(const Context& context, const model::Table& table) {
  model::Table present = table;
  context.storage.drop_gone(present);
  return describe_whole(context, present);
}

Result<api::DescribeTable::Response> run(Context& context, const api::DescribeTable::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_table(context, request.table_name));
  return describe(context, table->definition());
}

}  // namespace stator::ops
