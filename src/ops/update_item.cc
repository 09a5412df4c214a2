#include "ops/update_item.h"

#include <fmt/format.h>

#include "model/limits.h"
#include "model/nesting.h"
#include "ops/execute_write.h"
#include "ops/index_key_check.h"
#include "ops/key_check.h"
#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

using storage::ItemChange;
using storage::WriteAction;

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

Result<void> check_size(std::size_t size) {
  if (size <= model::kMaxItemBytes) return {};
  return fail_validation("Item size to update has exceeded the maximum allowed size");
}

Result<void> check_nesting(const model::Item& item) {
  if (model::nesting_depth(item.value()) > model::kMaxNesting + 1) {
    return fail_validation(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
        "limit");
  }
  return {};
}

}  // namespace

Result<api::UpdateItem::Response> run(Context& context, const api::UpdateItem::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  const model::KeySchema& schema = table->definition().key;
  TRY(check_key(schema, request.key.view()));
  TRY(check_keeps_key(schema, request.update));
  TRY(check_index_keys(*table, request.update));
  TRY(check_paths(*table, request.update.paths()));
  if (request.condition) TRY(check_paths(*table, *request.condition));
  TRY(check_size(request.update.statement_size()));

  model::Item updated;
  const auto change = [&](const codec::ItemRecord* old) -> Result<ItemChange> {
    if (!old && !request.update.creates_item()) return ItemChange{};
    TRY_ASSIGN(updated, request.update.apply(old ? old->item : request.key.view()));
    const std::size_t size = model::item_size(updated.view());
    TRY(check_size(size));
    TRY(check_nesting(updated));
    TRY(check_updated_index_keys(*table, updated.view()));
    return ItemChange{WriteAction::kPut, updated.value(), size};
  };
  return execute_write(context, {
                                    .table = table,
                                    .key = request.key.view(),
                                    .condition = request.condition,
                                    .return_values = request.return_values,
                                    .touched = request.update.paths(),
                                    .return_old_on_failure = request.return_old_on_failure,
                                    .report = request.report,
                                    .change = change,
                                });
}

}  // namespace stator::ops
