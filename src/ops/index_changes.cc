#include "ops/index_changes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/index_request.h"
#include "api/rule.h"
#include "ops/describe_table.h"
#include "ops/table_quota.h"
#include "ops/throughput_decreases.h"

namespace stator::ops {
namespace {

using Request = api::UpdateTable::Request;
using model::BillingMode;
using model::Index;
using model::Table;

std::unexpected<Error> fail_parameter(std::string_view text) {
  return fail_validation(fmt::format("{}{}", api::kInvalidParameter, text));
}

Index& index_named(Table& table, std::string_view name) {
  return *std::ranges::find(table.indexes, name, &Index::name);
}

const api::UpdateIndex* find_update(const Request& request, std::string_view name) {
  for (const api::IndexChange& change : request.index_changes) {
    const auto* update = std::get_if<api::UpdateIndex>(&change);
    if (update != nullptr && update->name == name) return update;
  }
  return nullptr;
}

void mark(const Context& context, model::TableStatus status, Index& index) {
  index.status = status;
  index.status_until = context.clock.now() + context.storage.options().table_delay;
}

// "Schema:[SchemaElement: key{a:S:HASH}]": how the service prints a key.
std::string printed(const model::KeySchema& key) {
  std::vector<std::string> elements;
  for (const model::KeyAttribute& attribute : key.attributes()) {
    const bool hash = std::ranges::find(key.partition(), attribute) != key.partition().end();
    elements.push_back(
        fmt::format("{}:{}:{}", attribute.name, model::type_name(attribute.type), hash ? "HASH" : "RANGE"));
  }
  return fmt::format("Schema:[SchemaElement: key{{{}}}]", fmt::join(elements, ","));
}

// An attribute of several keys has one type. What is defined is an attribute of some key.
Result<void> define_attributes(const model::KeySchema& key, Table& table) {
  for (const model::KeyAttribute& attribute : key.attributes()) {
    const auto it = std::ranges::find(table.attribute_definitions, attribute.name, &model::KeyAttribute::name);
    if (it == table.attribute_definitions.end()) {
      table.attribute_definitions.push_back(attribute);
    } else if (it->type != attribute.type) {
      const auto user =
          std::ranges::find_if(table.indexes, [&](const Index& index) { return index.key.contains(attribute.name); });
      const bool of_table = table.key.contains(attribute.name) || user == table.indexes.end();
      return fail_parameter(fmt::format(
          "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. "
          "Existing schema: {} New schema: {}",
          printed(of_table ? table.key : user->key), printed(key)));
    }
  }
  return {};
}

// Ceilings are of tables on demand only.
Result<void> check_ceilings(const Context& context, const std::optional<model::OnDemandThroughput>& ceilings,
                            std::string_view index, const Table& table) {
  if (!ceilings) return {};
  if (table.billing_mode == BillingMode::kProvisioned) {
    return fail_parameter(fmt::format(
        "{} for OnDemandThroughput for index : {} cannot be specified when the table BillingMode is PROVISIONED",
        ceilings->max_read_units ? "MaxReadRequestUnits" : "MaxWriteRequestUnits", index));
  }
  return check_quota(context, *ceilings, index);
}

Result<void> make(const Context& context, const api::CreateIndex& change, Table& table) {
  const std::string& name = change.index.name;
  const bool on_demand = table.billing_mode == BillingMode::kPayPerRequest;
  if (on_demand && change.has_throughput) {
    return fail_parameter(fmt::format(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {} when BillingMode is "
        "PAY_PER_REQUEST",
        name));
  }
  if (!on_demand && !change.has_throughput) {
    return fail_parameter(
        fmt::format("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}", name));
  }
  TRY(check_ceilings(context, change.index.on_demand_throughput, name, table));
  TRY(check_quota(context, change.index.throughput, name));
  TRY(define_attributes(change.index.key, table));
  Index& index = table.indexes.emplace_back(change.index);
  index.backfilling = true;
  mark(context, model::TableStatus::kCreating, index);
  return api::check_non_key_attributes(table.indexes);
}

std::unexpected<Error> fail_same_throughput(const Index& index) {
  return fail_validation(fmt::format(
      "The provisioned throughput for the index {0} will not change. The requested value equals the current value. "
      "Current ReadCapacityUnits provisioned for index {0}: {1}. Requested ReadCapacityUnits: {1}. "
      "Current WriteCapacityUnits provisioned for index {0}: {2}. Requested WriteCapacityUnits: {2}. "
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
      index.name, index.throughput.read_units, index.throughput.write_units));
}

// Throughput that comes with a switch of the billing mode is neither an increase nor a decrease.
Result<void> change_throughput(const Context& context, const model::Throughput& next, bool switched, Index& index) {
  const model::Throughput current = index.throughput;
  if (!switched && next == current) return fail_same_throughput(index);
  TRY(check_quota(context, next, index.name));
  if (!switched) {
    if (next.read_units < current.read_units || next.write_units < current.write_units) {
      TRY(count_decrease(index.throughput_changes, context.clock.now()));
    }
    if (next.read_units > current.read_units || next.write_units > current.write_units) {
      index.throughput_changes.last_increase = context.clock.now();
    }
  }
  index.throughput = next;
  return {};
}

Result<void> make(const Context& context, const api::UpdateIndex& change, bool switched, Table& table) {
  Index& index = index_named(table, change.name);
  const bool on_demand = table.billing_mode == BillingMode::kPayPerRequest;
  if (on_demand && (change.throughput || !change.on_demand_throughput)) {
    return fail_parameter(fmt::format(
        "The only Updates for index: {} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, "
        "WarmThroughput",
        change.name));
  }
  TRY(check_ceilings(context, change.on_demand_throughput, change.name, table));
  if (!on_demand && !change.throughput) {
    return fail_parameter(
        fmt::format("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}", change.name));
  }
  if (change.throughput) TRY(change_throughput(context, *change.throughput, switched, index));
  if (change.on_demand_throughput) set_ceilings(*change.on_demand_throughput, index.on_demand_throughput);
  // The status of one that is not backfilled yet also says when its backfill begins.
  if (!index.backfilling) mark(context, model::TableStatus::kUpdating, index);
  return {};
}

void make(const Context& context, const api::DeleteIndex& change, Table& table) {
  Index& index = index_named(table, change.name);
  index.backfilling = false;
  mark(context, model::TableStatus::kDeleting, index);
}

bool is_switched(const Index& index) {
  return index.kind == model::IndexKind::kGlobal && index.status != model::TableStatus::kDeleting;
}

// All indexes share the table's billing mode. To be provisioned each needs throughput of its own.
Result<void> switch_billing(const Context& context, const Request& request, Table& table) {
  std::vector<std::string_view> lacking;
  for (Index& index : table.indexes) {
    if (!is_switched(index)) continue;
    if (table.billing_mode == BillingMode::kPayPerRequest) {
      index.throughput = {};
      model::ThroughputChanges& changes = index.throughput_changes;
      changes.decreases_today = decreases_today(changes, context.clock.now()) + 1;
      changes.last_decrease = context.clock.now();
    } else {
      const api::UpdateIndex* update = find_update(request, index.name);
      if (update == nullptr || !update->throughput) lacking.push_back(index.name);
      index.on_demand_throughput.reset();
    }
    if (!index.backfilling) mark(context, model::TableStatus::kUpdating, index);
  }
  if (lacking.empty()) return {};
  return fail_parameter(fmt::format("ProvisionedThroughput must be specified for index: {}", fmt::join(lacking, ",")));
}

}  // namespace

Result<void> change_indexes(const Context& context, const Request& request, bool switched, Table& table) {
  for (const api::IndexChange& change : request.index_changes) {
    if (const auto* deletion = std::get_if<api::DeleteIndex>(&change)) make(context, *deletion, table);
  }
  if (switched) TRY(switch_billing(context, request, table));
  for (const api::IndexChange& change : request.index_changes) {
    if (const auto* creation = std::get_if<api::CreateIndex>(&change)) TRY(make(context, *creation, table));
    if (const auto* update = std::get_if<api::UpdateIndex>(&change)) TRY(make(context, *update, switched, table));
  }
  return {};
}

void show_index_changes(const Context& context, const Request& request, const Table& before,
                        api::TableDescription& shown) {
  const bool switched = shown.table.billing_mode != before.billing_mode;
  for (api::IndexDescription& description : shown.indexes) {
    const Index* old = before.find_index(description.index.name);
    if (old == nullptr) {
      description.backfilling = false;
      description.warm_throughput.reset();
    } else if (switched && is_switched(description.index)) {
      if (!old->backfilling) description.status = model::TableStatus::kUpdating;
    } else if (const api::UpdateIndex* update = find_update(request, old->name)) {
      if (!old->backfilling) description.status = model::TableStatus::kUpdating;
      if (!update->throughput) continue;
      description.index.throughput = old->throughput;
      description.index.throughput_changes = old->throughput_changes;
      description.index.throughput_changes.decreases_today =
          decreases_today(old->throughput_changes, context.clock.now());
    }
  }
}

}  // namespace stator::ops
