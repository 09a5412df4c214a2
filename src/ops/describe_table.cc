#include "ops/describe_table.h"

#include <algorithm>
#include <chrono>

#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

// What a table on demand can take at once; the service keeps it for a table that ever was.
constexpr model::Throughput kOnDemandWarm{.read_units = 12'000, .write_units = 4'000};

model::Throughput warm_throughput(const model::Table& table) {
  if (table.billing_mode == model::BillingMode::kProvisioned && !table.last_pay_per_request) return table.throughput;
  return {.read_units = std::max(kOnDemandWarm.read_units, table.throughput.read_units),
          .write_units = std::max(kOnDemandWarm.write_units, table.throughput.write_units)};
}

}  // namespace

std::int64_t decreases_today(const model::ThroughputChanges& changes, WallTime now) {
  const auto day = [](WallTime time) { return std::chrono::floor<std::chrono::days>(time); };
  return changes.last_decrease && day(*changes.last_decrease) == day(now) ? changes.decreases_today : 0;
}

Result<api::TableDescription> describe(const Context& context, const model::Table& table) {
  TRY_ASSIGN(const storage::TableCounters counters, context.storage.counters(context.session, table.number, IndexNumber{0}));
  const WallTime now = context.clock.now();
  const model::TableStatus status = context.storage.status_of(table);
  api::TableDescription description{.table = table,
                                    .status = status,
                                    .item_count = counters.items,
                                    .size_bytes = counters.bytes,
                                    .warm_throughput = warm_throughput(table)};
  description.table.throughput_changes.decreases_today = decreases_today(table.throughput_changes, now);
  // The time of a switch to on-demand is told once the switch is done.
  if (status == model::TableStatus::kCreating || table.last_pay_per_request > now) {
    description.table.last_pay_per_request.reset();
  }
  return description;
}

Result<api::DescribeTable::Response> run(Context& context, const api::DescribeTable::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_table(context, request.table_name));
  return describe(context, table->definition());
}

}  // namespace stator::ops
