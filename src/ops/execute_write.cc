#include "ops/execute_write.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/value_writer.h"
#include "ops/reports.h"

namespace stator::ops {
namespace {

using api::ReturnValues;
using storage::ItemChange;
using storage::WriteAction;

// What the last call of the decision saw and did.
struct Outcome {
  std::size_t old_size = 0;
  std::size_t new_size = 0;
  std::optional<model::Item> attributes;
};

model::Item copy_item(model::ValueView item) { return model::Item(std::string(item.encoded())); }

std::optional<model::Item> unless_empty(model::Item item) {
  if (item.view().empty()) return std::nullopt;
  return item;
}

std::optional<model::Item> returned_attributes(const WritePlan& plan, const codec::ItemRecord* old,
                                               const ItemChange& change) {
  const bool has_new = change.action == WriteAction::kPut;
  switch (plan.return_values) {
    case ReturnValues::kNone:
      return std::nullopt;
    case ReturnValues::kAllOld:
      return old ? std::optional(copy_item(model::ValueView(old->encoded_item))) : std::nullopt;
    case ReturnValues::kAllNew:
      if (has_new) return copy_item(change.item);
      return old ? std::optional(copy_item(model::ValueView(old->encoded_item))) : std::nullopt;
    case ReturnValues::kUpdatedOld:
      return old ? unless_empty(model::project(old->item, plan.touched)) : std::nullopt;
    case ReturnValues::kUpdatedNew:
      return has_new ? unless_empty(model::project(change.item.map(), plan.touched)) : std::nullopt;
  }
  return std::nullopt;
}

Result<void> check_condition(const WritePlan& plan, const codec::ItemRecord* old) {
  if (!plan.condition || plan.condition->matches(old ? old->item : model::MapView())) return {};
  Error error{ErrorCode::kConditionalCheckFailed, "The conditional request failed"};
  if (old && plan.return_old_on_failure) error.item = std::string(old->encoded_item);
  return std::unexpected(std::move(error));
}

}  // namespace

Result<api::PutItem::Response> execute_write(Context& context, const WritePlan& plan) {
  Outcome outcome;
  const auto decide = [&](const codec::ItemRecord* old) -> Result<ItemChange> {
    TRY(check_condition(plan, old));
    TRY_ASSIGN(const ItemChange change, plan.change(old));
    outcome = {.old_size = old ? old->size : 0,
               .new_size = change.action == WriteAction::kPut ? change.size : 0,
               .attributes = returned_attributes(plan, old, change)};
    return change;
  };
  TRY_ASSIGN(const storage::WriteEffect effect, storage::write_item(context.session, *plan.table, plan.key, decide));

  const model::Table& table = plan.table->definition();
  return api::PutItem::Response{
      .attributes = std::move(outcome.attributes),
      .consumed = report_write(plan.report, table, std::max(outcome.old_size, outcome.new_size), effect),
      .collection = report_collection(plan.report, table, plan.key, effect),
  };
}

}  // namespace stator::ops
