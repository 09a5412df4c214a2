// What PutItem, UpdateItem and DeleteItem share: condition, effect, ReturnValues, consumption.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "api/item_request.h"
#include "api/put_item.h"
#include "expr/condition.h"
#include "model/document_path.h"
#include "model/item.h"
#include "ops/context.h"
#include "storage/catalog.h"
#include "storage/write_item.h"

namespace stator::ops {

// The plan of one write: pure, given the table.
struct WritePlan {
  storage::TablePtr table;
  model::MapView key;  // has every key attribute; may have others
  const std::optional<expr::Condition>& condition;
  api::ReturnValues return_values = api::ReturnValues::kNone;
  std::span<const model::DocumentPath> touched;  // for kUpdatedOld and kUpdatedNew
  bool return_old_on_failure = false;
  const api::ReportOptions& report;
  // The effect, once the condition holds. Repeatable; only its last call counts.
  storage::ItemDecision change;
};

[[nodiscard]] Result<api::PutItem::Response> execute_write(Context& context, const WritePlan& plan);

}  // namespace stator::ops
