#include "ops/index_state.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/index_request.h"
#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

using Request = api::UpdateTable::Request;

// The names of the indexes that are in `phase`: "[a, b]".
std::vector<std::string_view> names_in(const Context& context, const model::Table& table, IndexPhase phase) {
  std::vector<std::string_view> names;
  for (const model::Index& index : table.indexes) {
    if (phase_of(context, index) == phase) names.push_back(index.name);
  }
  return names;
}

std::unexpected<Error> fail_in_use_of(std::string_view what, const model::Table& table, std::string_view index) {
  return fail_in_use(fmt::format("{} Table: {} Index: {}", what, table.name, index));
}

std::unexpected<Error> fail_one_at_a_time() {
  return fail(ErrorCode::kLimitExceeded,
              "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
}

// No other index than the one named is coming or going.
Result<void> check_others_settled(const Context& context, const model::Table& table, std::string_view name) {
  for (const model::Index& index : table.indexes) {
    const IndexPhase phase = phase_of(context, index);
    if (index.name != name && phase != IndexPhase::kActive && phase != IndexPhase::kUpdating) {
      return fail_one_at_a_time();
    }
  }
  return {};
}

Result<const model::Index*> find_global(const model::Table& table, std::string_view name, std::string_view action) {
  const model::Index* index = table.find_index(name);
  if (index == nullptr) {
    return fail(ErrorCode::kResourceNotFound,
                fmt::format("Requested resource not found: Index {} for table {}", name, table.name));
  }
  if (index->kind == model::IndexKind::kLocal) {
    return fail_validation(fmt::format("Cannot {} an index that is not a GlobalSecondaryIndex: {}", action, name));
  }
  return index;
}

Result<void> check_one(const Context& context, const api::CreateIndex& change, const model::Table& table) {
  const std::string& name = change.index.name;
  if (const model::Index* present = table.find_index(name)) {
    if (phase_of(context, *present) == IndexPhase::kDeleting) {
      return fail_in_use_of("Index is being deleted.", table, name);
    }
    return fail_validation("Attempting to create an index which already exists");
  }
  TRY(check_others_settled(context, table, name));
  if (std::ranges::count(table.indexes, model::IndexKind::kGlobal, &model::Index::kind) >=
      static_cast<std::ptrdiff_t>(api::kMostGlobalIndexes)) {
    return fail(
        ErrorCode::kLimitExceeded,
        fmt::format("Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of {}",
                    api::kMostGlobalIndexes));
  }
  return {};
}

// The index may be changed now. `while_allocating` is told while its creation has not begun to fill it.
Result<void> check_changeable(const Context& context, const model::Table& table, const model::Index& index,
                              std::string_view while_allocating) {
  switch (phase_of(context, index)) {
    case IndexPhase::kAllocating:
      return fail_in_use_of(while_allocating, table, index.name);
    case IndexPhase::kUpdating:
      return fail_in_use_of("Index is being updated.", table, index.name);
    case IndexPhase::kDeleting:
      return fail_in_use_of("Index is being deleted.", table, index.name);
    case IndexPhase::kBackfilling:
    case IndexPhase::kActive:
      return {};
  }
  std::unreachable();
}

Result<void> check_one(const Context& context, const api::UpdateIndex& change, const model::Table& table) {
  TRY_ASSIGN(const model::Index* index, find_global(table, change.name, "update"));
  return check_changeable(context, table, *index, "Index is being created but is not backfilling yet.");
}

Result<void> check_one(const Context& context, const api::DeleteIndex& change, const model::Table& table) {
  TRY_ASSIGN(const model::Index* index, find_global(table, change.name, "delete"));
  TRY(check_others_settled(context, table, change.name));
  return check_changeable(context, table, *index,
                          "Index creation is in resource allocation phase. Retry deletion during backfilling phase or "
                          "when the index is active.");
}

}  // namespace

IndexPhase phase_of(const Context& context, const model::Index& index) {
  const model::TableStatus status = context.storage.status_of(index);
  if (status == model::TableStatus::kDeleting) return IndexPhase::kDeleting;
  if (index.backfilling) {
    return context.clock.now() < index.status_until ? IndexPhase::kAllocating : IndexPhase::kBackfilling;
  }
  return status == model::TableStatus::kUpdating ? IndexPhase::kUpdating : IndexPhase::kActive;
}

Result<void> check_indexes_admit(const Context& context, const Request& request, const model::Table& table) {
  const bool switches = request.billing_mode && *request.billing_mode != table.billing_mode;
  const std::pair<IndexPhase, std::string_view> hindrances[] = {{IndexPhase::kAllocating, "created"},
                                                                {IndexPhase::kDeleting, "deleted"}};
  for (const auto& [phase, done] : hindrances) {
    const std::vector<std::string_view> names = names_in(context, table, phase);
    if (names.empty()) continue;
    if (request.throughput || switches) {
      return fail_in_use(fmt::format("Can't change table IOPS when an index is being {}. Table: {} Indexes: [{}]", done,
                                     table.name, fmt::join(names, ", ")));
    }
    if (request.on_demand_throughput) {
      return fail_in_use(
          fmt::format("OnDemandThroughput cannot be updated while index {} is in progress for indexes: [{}]",
                      phase == IndexPhase::kAllocating ? "creation" : "deletion", fmt::join(names, ", ")));
    }
  }
  return {};
}

Result<void> check_index_changes_admitted(const Context& context, const Request& request, const model::Table& table) {
  const auto count = std::ranges::count_if(request.index_changes, api::comes_or_goes);
  if (count > 1) return fail_one_at_a_time();
  if (count == 1 && context.storage.status_of(table) == model::TableStatus::kUpdating) {
    return fail_in_use(
        fmt::format("Can't create or delete indexes while table IOPS are being updated. Table: {}", table.name));
  }
  for (const api::IndexChange& change : request.index_changes) {
    TRY(std::visit([&](const auto& one) { return check_one(context, one, table); }, change));
  }
  return {};
}

Result<void> check_indexes_settled(const Context& context, const model::Table& table) {
  for (const model::Index& index : table.indexes) {
    if (phase_of(context, index) == IndexPhase::kActive) continue;
    return fail_in_use("Cannot delete table while indexes are being created, updated, or deleted.");
  }
  return {};
}

}  // namespace stator::ops
