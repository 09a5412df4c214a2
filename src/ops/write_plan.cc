#include "ops/write_plan.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "model/limits.h"
#include "model/nesting.h"
#include "ops/index_key_check.h"
#include "ops/key_check.h"
#include "ops/size_check.h"

namespace stator::ops {
namespace {

using storage::ItemChange;
using storage::WriteAction;

Result<void> check_condition(const storage::TableHandle& table, const Precondition& precondition) {
  return precondition.condition ? check_paths(table, *precondition.condition) : Result<void>();
}

Result<void> check_keeps_key(const model::KeySchema& schema, const expr::Update& update) {
  for (const model::DocumentPath& path : update.paths()) {
    const std::string& name = path.attribute();
    if (schema.contains(name)) {
      return fail_validation(fmt::format(
          "One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key",
          name));
    }
  }
  return {};
}

Result<void> check_nesting(const model::Item& item) {
  if (model::nesting_depth(item.value()) > model::kMaxNesting) {
    return fail_validation(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
        "limit");
  }
  return {};
}

// Applies an update. Holds the item that it made last.
class Updating {
 public:
  Updating(const storage::TableHandle& table, const model::Item& key, const expr::Update& update)
      : table_(table), key_(key), update_(update) {}

  Result<ItemChange> operator()(const codec::ItemRecord* old) {
    if (!old && !update_.creates_item()) return ItemChange{};
    TRY_ASSIGN(model::Item updated, update_.apply(old ? old->item : key_.view()));
    const std::size_t size = model::item_size(updated.view());
    TRY(check_updated_size(table_, updated, size));
    TRY(check_nesting(updated));
    TRY(check_updated_index_keys(table_, update_, updated.view()));
    updated_ = std::move(updated);
    return ItemChange{WriteAction::kPut, updated_.value(), size};
  }

 private:
  const storage::TableHandle& table_;
  const model::Item& key_;
  const expr::Update& update_;
  model::Item updated_;
};

Result<WritePlan> plan_of_key(storage::TablePtr table, const model::Item& key, Precondition precondition,
                              ItemChange change) {
  TRY(check_key(table->definition().key, key.view()));
  TRY(check_condition(*table, precondition));
  return WritePlan{.table = std::move(table),
                   .key = key.view(),
                   .precondition = precondition,
                   .change = [change](const codec::ItemRecord*) { return change; }};
}

}  // namespace

Result<WritePlan> plan_put(storage::TablePtr table, const model::Item& item, std::size_t item_size,
                           Precondition precondition) {
  TRY(check_item_key(table->definition().key, item.view()));
  TRY(check_item_index_keys(*table, item.view()));
  TRY(check_size(*table, item, item_size));
  TRY(check_condition(*table, precondition));
  const ItemChange put{WriteAction::kPut, item.value(), item_size};
  return WritePlan{.table = std::move(table),
                   .key = item.view(),
                   .precondition = precondition,
                   .change = [put](const codec::ItemRecord*) { return put; }};
}

Result<WritePlan> plan_update(storage::TablePtr table, const model::Item& key, const expr::Update& update,
                              Precondition precondition) {
  const model::KeySchema& schema = table->definition().key;
  TRY(check_key(schema, key.view()));
  TRY(check_keeps_key(schema, update));
  TRY(check_index_keys(*table, update));
  TRY(check_paths(*table, update.paths()));
  TRY(check_condition(*table, precondition));
  Updating change(*table, key, update);
  return WritePlan{
      .table = std::move(table), .key = key.view(), .precondition = precondition, .change = std::move(change)};
}

Result<WritePlan> plan_delete(storage::TablePtr table, const model::Item& key, Precondition precondition) {
  return plan_of_key(std::move(table), key, precondition, {.action = WriteAction::kErase, .item = {}, .size = 0});
}

Result<WritePlan> plan_check(storage::TablePtr table, const model::Item& key, Precondition precondition) {
  return plan_of_key(std::move(table), key, precondition, {.action = WriteAction::kKeep, .item = {}, .size = 0});
}

Result<ItemChange> decide(const WritePlan& plan, const codec::ItemRecord* old) {
  const Precondition& precondition = plan.precondition;
  if (!precondition.condition || precondition.condition->matches(old ? old->item : model::MapView())) {
    return plan.change(old);
  }
  Error error{ErrorCode::kConditionalCheckFailed, "The conditional request failed"};
  if (old && precondition.return_old_on_failure) error.item = std::string(old->encoded_item);
  return std::unexpected(std::move(error));
}

}  // namespace stator::ops
