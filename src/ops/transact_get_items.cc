#include "ops/transact_get_items.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "capacity/units.h"
#include "model/limits.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"
#include "ops/transaction.h"
#include "storage/read_item.h"

namespace stator::ops {
namespace {

using api::TransactGetItems;

constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;

// The first key that is no key of its table cancels.
Result<void> check_keys(const std::vector<storage::TablePtr>& tables, const TransactGetItems::Request& request) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    TRY(check_key_not_empty(tables[i]->definition().key, request.gets[i].key.view()));
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const model::KeySchema& schema = tables[i]->definition().key;
    const model::MapView key = request.gets[i].key.view();
    if (auto valid = check_key(schema, key); !valid) return cancel(i, tables.size(), std::move(valid).error());
  }
  NamedItems items;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    TRY(check_distinct(items, tables[i]->definition(), request.gets[i].key.view()));
  }
  return {};
}

// What is asked of the item; nothing, unlike in GetItem, if it has none of it.
std::optional<model::Item> chosen(storage::StoredItem stored, const std::optional<expr::Projection>& projection) {
  if (!projection) return std::move(stored.item);
  model::Item projected = model::project(stored.item.view(), *projection);
  return projected.view().empty() ? std::nullopt : std::optional(std::move(projected));
}

}  // namespace

Result<TransactGetItems::Response> run(Context& context, const TransactGetItems::Request& request) {
  std::vector<storage::TablePtr> tables;
  for (const TransactGetItems::Get& get : request.gets) {
    TRY_ASSIGN(tables.emplace_back(), usable_table(context, get.table_name));
  }
  TRY(check_keys(tables, request));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (request.gets[i].projection) TRY(check_paths(*tables[i], *request.gets[i].projection));
  }

  const std::unique_ptr<kv::Reader> state = context.storage.engine().snapshot();
  // A table that was changed before this is not as it was looked up.
  for (const storage::TablePtr& table : tables) {
    if (!table->is_current()) return fail(ErrorCode::kStale, "");
  }
  TransactGetItems::Response response;
  ConsumedByTable consumed;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const model::Table& table = tables[i]->definition();
    const TransactGetItems::Get& get = request.gets[i];
    TRY_ASSIGN(auto stored, storage::read_item(*state, context.session.wait, table, get.key.view()));
    const std::size_t size = stored ? stored->size : 0;
    bytes += size;
    if (bytes > kMaxBytes) return fail_validation("Transaction payload size cannot exceed 4194304 bytes");
    // An answer so large takes its time, which others on this event loop do not have to wait for.
    if (context.session.wait == kv::Wait::kNever && bytes > model::kMaxPageBytes) {
      return fail(ErrorCode::kWouldBlock, "");
    }
    const double units = kTransactionFactor * capacity::read_units(size, /*consistent=*/true);
    auto read = report_consumed(request.report, get.table_name, units);
    if (read) read->kind = api::CapacityKind::kRead;
    consumed.add(table, std::move(read));
    response.items.push_back(stored ? chosen(*std::move(stored), get.projection) : std::nullopt);
  }
  response.consumed = std::move(consumed).take();
  return response;
}

}  // namespace stator::ops
