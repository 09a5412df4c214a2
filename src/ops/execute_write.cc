#include "ops/execute_write.h"

#include <optional>
#include <string>
#include <utility>

#include "ops/reports.h"

namespace stator::ops {
namespace {

using api::ReturnValues;
using storage::ItemChange;
using storage::WriteAction;

model::Item copy_item(model::ValueView item) { return model::Item(std::string(item.encoded())); }

std::optional<model::Item> unless_empty(model::Item item) {
  if (item.view().empty()) return std::nullopt;
  return item;
}

std::optional<model::Item> returned_attributes(const Returned& returned, const codec::ItemRecord* old,
                                               const ItemChange& change) {
  const bool has_new = change.action == WriteAction::kPut;
  switch (returned.values) {
    case ReturnValues::kNone:
      return std::nullopt;
    case ReturnValues::kAllOld:
      return old ? std::optional(copy_item(model::ValueView(old->encoded_item))) : std::nullopt;
    case ReturnValues::kAllNew:
      if (has_new) return copy_item(change.item);
      return old ? std::optional(copy_item(model::ValueView(old->encoded_item))) : std::nullopt;
    case ReturnValues::kUpdatedOld:
      return old ? unless_empty(model::project(old->item, returned.touched)) : std::nullopt;
    case ReturnValues::kUpdatedNew:
      return has_new ? unless_empty(model::project(change.item.map(), returned.touched)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<api::PutItem::Response> execute_write(Context& context, const WritePlan& plan, std::string_view table_name,
                                             const Returned& returned, const api::ReportOptions& report) {
  std::optional<model::Item> attributes;  // of the decision's last call
  const auto decision = [&](const codec::ItemRecord* old) -> Result<ItemChange> {
    TRY_ASSIGN(const ItemChange change, decide(plan, old));
    attributes = returned_attributes(returned, old, change);
    return change;
  };
  TRY_ASSIGN(const storage::WriteEffect effect, storage::write_item(context.session, *plan.table, plan.key, decision));

  return api::PutItem::Response{
      .attributes = std::move(attributes),
      .consumed = report_write(report, table_name, effect),
      .collection = report_collection(report, plan.table->definition(), plan.key, effect),
  };
}

}  // namespace stator::ops
