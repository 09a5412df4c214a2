#include "ops/transact_write_items.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capacity/units.h"
#include "ops/index_key_check.h"
#include "ops/reports.h"
#include "ops/size_check.h"
#include "ops/table_lookup.h"
#include "ops/transaction.h"
#include "ops/write_plan.h"

namespace stator::ops {
namespace {

using api::TransactAction;
using api::TransactWriteItems;
using Action = TransactWriteItems::Action;

// What is wrong with an action that is told of the whole request; all else cancels.
Result<void> check_action(const storage::TableHandle& table, const Action& action) {
  TRY(check_key_not_empty(table.definition().key, action.item.view()));
  switch (action.kind) {
    case TransactAction::kPut:
      TRY(check_index_keys_not_empty(table, action.item.view()));
      return check_size(table, action.item, action.item_size);
    case TransactAction::kUpdate:
      return check_index_keys_not_empty(table, *action.update);
    case TransactAction::kDelete:
    case TransactAction::kConditionCheck:
      break;
  }
  return {};
}

Result<WritePlan> plan_of(storage::TablePtr table, const Action& action) {
  const Precondition precondition{action.condition, action.return_old_on_failure};
  switch (action.kind) {
    case TransactAction::kPut:
      return plan_put(std::move(table), action.item, action.item_size, precondition);
    case TransactAction::kUpdate:
      return plan_update(std::move(table), action.item, *action.update, precondition);
    case TransactAction::kDelete:
      return plan_delete(std::move(table), action.item, precondition);
    case TransactAction::kConditionCheck:
      break;
  }
  return plan_check(std::move(table), action.item, precondition);
}

Result<std::vector<WritePlan>> plan_all(Context& context, const std::vector<Action>& actions) {
  std::vector<storage::TablePtr> tables;
  for (const Action& action : actions) {
    TRY_ASSIGN(tables.emplace_back(), usable_table(context, action.table_name));
  }
  for (std::size_t i = 0; i < actions.size(); ++i) TRY(check_action(*tables[i], actions[i]));
  std::vector<WritePlan> plans;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    Result<WritePlan> plan = plan_of(std::move(tables[i]), actions[i]);
    if (!plan) return cancel(i, actions.size(), std::move(plan).error());
    plans.push_back(*std::move(plan));
  }
  NamedItems items;
  for (const WritePlan& plan : plans) TRY(check_distinct(items, plan.table->definition(), plan.key));
  return plans;
}

// The writes of `count` actions had to wait for others for too long: for those of their items, or of the request's
// token.
std::unexpected<Error> fail_conflict(Error conflict, std::size_t count) {
  const auto is_conflict = [](const Error& reason) { return reason.code != ErrorCode::kNone; };
  conflict.reasons.resize(count, Error{ErrorCode::kNone, ""});
  if (std::ranges::none_of(conflict.reasons, is_conflict)) {
    return fail(ErrorCode::kTransactionInProgress, "Transaction from previous request is still in progress");
  }
  conflict.code = ErrorCode::kTransactionCanceled;
  return std::unexpected(std::move(conflict));
}

// All that was refused cancels, each in its place.
Result<void> check_refusals(const std::vector<Result<storage::WriteEffect>>& effects) {
  if (std::ranges::all_of(effects, [](const auto& effect) { return effect.has_value(); })) return {};
  Error error{ErrorCode::kTransactionCanceled, ""};
  for (const auto& effect : effects) {
    error.reasons.push_back(effect ? Error{ErrorCode::kNone, ""} : effect.error());
  }
  return std::unexpected(std::move(error));
}

Result<storage::WriteOutcome> write_all(Context& context, const TransactWriteItems::Request& request,
                                        const std::vector<WritePlan>& plans) {
  std::vector<storage::ItemWrite> writes;
  for (const WritePlan& plan : plans) {
    writes.push_back({.table = *plan.table, .key = plan.key, .decide = [&plan](const codec::ItemRecord* old) {
                        return decide(plan, old);
                      }});
  }
  std::optional<storage::ClientToken> token;
  if (request.token) token = {.region = context.region(), .token = *request.token, .digest = request.digest};
  auto outcome = storage::write_items(context.session, writes, token ? &*token : nullptr);
  if (!outcome && outcome.error().code == ErrorCode::kTransactionConflict) {
    return fail_conflict(std::move(outcome).error(), plans.size());
  }
  if (outcome) TRY(check_refusals(outcome->effects));
  return outcome;
}

// What one action consumed: one that was done before only looks whether it was.
std::optional<api::ConsumedCapacity> report_action(const api::ReportOptions& report, std::string_view table_name,
                                                   const storage::WriteEffect& effect, bool is_repeated) {
  auto consumed = is_repeated ? report_consumed(report, table_name, capacity::read_units(effect.item_bytes, true))
                              : report_write(report, table_name, effect);
  if (!consumed) return consumed;
  consumed->table_units *= kTransactionFactor;
  consumed->kind = is_repeated ? api::CapacityKind::kRead : api::CapacityKind::kWrite;
  return consumed;
}

}  // namespace

Result<TransactWriteItems::Response> run(Context& context, const TransactWriteItems::Request& request) {
  TRY_ASSIGN(const std::vector<WritePlan> plans, plan_all(context, request.actions));
  TRY_ASSIGN(const storage::WriteOutcome outcome, write_all(context, request, plans));

  ConsumedByTable consumed;
  // By the tables' names; in each what the request calls the table first.
  std::map<std::string, std::pair<std::string, std::vector<api::ItemCollectionMetrics>>> collections;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const model::Table& table = plans[i].table->definition();
    const std::string& table_name = request.actions[i].table_name;
    const storage::WriteEffect& effect = *outcome.effects[i];
    consumed.add(table, report_action(request.report, table_name, effect, outcome.is_repeated));
    if (outcome.is_repeated || request.actions[i].kind == TransactAction::kConditionCheck) continue;
    if (auto metrics = report_collection(request.report, table, plans[i].key, effect)) {
      auto& [called, of_table] = collections[table.name];
      if (of_table.empty()) called = table_name;
      add(of_table, *std::move(metrics));
    }
  }
  TransactWriteItems::Response response{.consumed = std::move(consumed).take(), .collections = {}};
  std::ranges::move(std::views::values(collections), std::back_inserter(response.collections));
  return response;
}

}  // namespace stator::ops
