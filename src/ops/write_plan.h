// What PutItem, UpdateItem and DeleteItem do to an item, alone or as actions of a transaction.
#pragma once

#include <cstddef>
#include <optional>

#include "base/result.h"
#include "codec/item_record.h"
#include "expr/condition.h"
#include "expr/update.h"
#include "model/item.h"
#include "storage/catalog.h"
#include "storage/write_item.h"

namespace stator::ops {

// What must hold for the write to be done. Not owned.
struct Precondition {
  const std::optional<expr::Condition>& condition;
  bool return_old_on_failure = false;  // ReturnValuesOnConditionCheckFailure=ALL_OLD
};

// The plan of one write: pure, given the table.
struct WritePlan {
  storage::TablePtr table;
  model::MapView key;  // has every key attribute; may have others
  Precondition precondition;
  // The effect, once the condition holds. Repeatable; only its last call counts.
  storage::ItemDecision change;
};

// Each is checked against its table: the key, the keys of indexes, and what expressions may reach into. `item`, `key`
// and `update` must outlive the plan.
[[nodiscard]] Result<WritePlan> plan_put(storage::TablePtr table, const model::Item& item, std::size_t item_size,
                                         Precondition precondition);
[[nodiscard]] Result<WritePlan> plan_update(storage::TablePtr table, const model::Item& key, const expr::Update& update,
                                            Precondition precondition);
[[nodiscard]] Result<WritePlan> plan_delete(storage::TablePtr table, const model::Item& key, Precondition precondition);
// Only a condition.
[[nodiscard]] Result<WritePlan> plan_check(storage::TablePtr table, const model::Item& key, Precondition precondition);

// The decision of a write: kConditionalCheckFailed, or the change.
[[nodiscard]] Result<storage::ItemChange> decide(const WritePlan& plan, const codec::ItemRecord* old);

}  // namespace stator::ops
