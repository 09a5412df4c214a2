#include "ops/transact_get_items.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capacity/units.h"
#include "expr/key_limits.h"
#include "model/limits.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"
#include "storage/read_item.h"

namespace stator::ops {
namespace {

using api::TransactGetItems;

constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;
// A transactional read costs twice an ordinary consistent one.
constexpr double kTransactionFactor = 2;

// The transaction is canceled by its `i`-th action of `count`.
std::unexpected<Error> cancel(std::size_t i, std::size_t count, Error reason) {
  Error error{ErrorCode::kTransactionCanceled, ""};
  error.reasons.assign(count, Error{ErrorCode::kNone, ""});
  error.reasons[i] = std::move(reason);
  return std::unexpected(std::move(error));
}

// The first key that is no key of its table cancels; an empty one is an error of the whole request.
Result<void> check_keys(const std::vector<storage::TablePtr>& tables, const TransactGetItems::Request& request) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const model::KeySchema& schema = tables[i]->definition().key;
    const model::MapView key = request.gets[i].key.view();
    for (const model::KeyAttribute& attribute : schema.attributes()) {
      const auto value = key.find(attribute.name);
      if (value && value->is(attribute.type)) TRY(expr::check_key_not_empty(attribute, *value));
    }
    if (auto valid = check_key(schema, key); !valid) return cancel(i, tables.size(), std::move(valid).error());
  }
  return {};
}

Result<void> check_distinct(const std::vector<storage::TablePtr>& tables, const TransactGetItems::Request& request) {
  NamedItems items;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!items.add(tables[i]->definition(), request.gets[i].key.view())) {
      return fail_validation("Transaction request cannot include multiple operations on one item");
    }
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
  TRY(check_distinct(tables, request));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (request.gets[i].projection) TRY(check_paths(*tables[i], *request.gets[i].projection));
  }

  const std::unique_ptr<kv::Reader> state = context.storage.engine().snapshot();
  TransactGetItems::Response response;
  std::map<std::string, api::ConsumedCapacity> consumed;  // by table
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
    if (auto read = report_consumed(request.report, table, units)) {
      read->kind = api::CapacityKind::kRead;
      if (const auto [at, is_new] = consumed.try_emplace(get.table_name, *read); !is_new) add(at->second, *read);
    }
    response.items.push_back(stored ? chosen(*std::move(stored), get.projection) : std::nullopt);
  }
  for (auto& [name, units] : consumed) response.consumed.push_back(std::move(units));
  return response;
}

}  // namespace stator::ops
