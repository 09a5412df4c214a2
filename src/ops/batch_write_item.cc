#include "ops/batch_write_item.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "ops/index_key_check.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/size_check.h"
#include "ops/table_lookup.h"
#include "storage/write_item.h"

namespace stator::ops {
namespace {

using api::BatchWriteItem;
using storage::ItemChange;
using storage::WriteAction;

struct Planned {
  const storage::TableHandle& table;
  const BatchWriteItem::Write& write;
};

// The service words both kinds of keys alike here.
Result<void> check_write(const storage::TableHandle& table, const BatchWriteItem::Write& write) {
  const model::KeySchema& schema = table.definition().key;
  const model::MapView item = write.item.view();
  if (!write.is_put) return check_key(schema, item);
  for (const model::KeyAttribute& attribute : schema.attributes()) {
    const auto value = item.find(attribute.name);
    if (!value || !value->is(attribute.type)) {
      return fail_validation("The provided key element does not match the schema");
    }
  }
  TRY(check_item_key(schema, item));
  TRY(check_item_index_keys(table, item));
  return check_size(table, write.item, write.size);
}

Result<void> check_distinct(const std::vector<Planned>& plan) {
  NamedItems items;
  for (const Planned& planned : plan) {
    if (!items.add(planned.table.definition(), planned.write.item.view())) {
      return fail_validation("Provided list of item keys contains duplicates");
    }
  }
  return {};
}

Result<std::vector<storage::WriteEffect>> write_all(Context& context, const std::vector<Planned>& plan) {
  std::vector<storage::ItemWrite> writes;
  for (const Planned& planned : plan) {
    const BatchWriteItem::Write& write = planned.write;
    const ItemChange change = write.is_put ? ItemChange{WriteAction::kPut, write.item.value(), write.size}
                                           : ItemChange{WriteAction::kErase, {}, 0};
    writes.push_back({.table = planned.table, .key = write.item.view(), .decide = [change](const codec::ItemRecord*) {
                        return change;
                      }});
  }
  TRY_ASSIGN(storage::WriteOutcome outcome, storage::write_items(context.session, writes));
  std::vector<storage::WriteEffect> effects;
  for (Result<storage::WriteEffect>& effect : outcome.effects) {
    TRY_ASSIGN(effects.emplace_back(), std::move(effect));
  }
  return effects;
}

// What the writes of one table, `plan` from `first` on, are reported as.
BatchWriteItem::TableResponse report_table(const BatchWriteItem::TableRequest& request,
                                           const api::ReportOptions& report, std::span<const Planned> plan,
                                           std::span<const storage::WriteEffect> effects) {
  BatchWriteItem::TableResponse response;
  response.table_name = request.table_name;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const model::Table& table = plan[i].table.definition();
    if (auto consumed = report_write(report, request.table_name, effects[i])) {
      if (response.consumed) {
        add(*response.consumed, *consumed);
      } else {
        response.consumed = std::move(consumed);
      }
    }
    if (auto collection = report_collection(report, table, plan[i].write.item.view(), effects[i])) {
      add(response.collections, *std::move(collection));
    }
  }
  return response;
}

}  // namespace

Result<BatchWriteItem::Response> run(Context& context, const BatchWriteItem::Request& request) {
  std::vector<storage::TablePtr> tables;
  for (const BatchWriteItem::TableRequest& asked : request.tables) {
    TRY_ASSIGN(tables.emplace_back(), usable_table(context, asked.table_name));
  }
  std::vector<Planned> plan;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const BatchWriteItem::Write& write : request.tables[i].writes) {
      TRY(check_write(*tables[i], write));
      plan.push_back({.table = *tables[i], .write = write});
    }
  }
  TRY(check_distinct(plan));
  const Result<std::vector<storage::WriteEffect>> written = write_all(context, plan);
  if (!written && written.error().code == ErrorCode::kTransactionConflict) {
    return BatchWriteItem::Response{.tables = {}, .unprocessed = request.tables};
  }
  TRY_ASSIGN(const std::vector<storage::WriteEffect> effects, written);

  BatchWriteItem::Response response;
  std::size_t first = 0;
  for (const BatchWriteItem::TableRequest& asked : request.tables) {
    const std::size_t count = asked.writes.size();
    response.tables.push_back(report_table(asked, request.report, std::span(plan).subspan(first, count),
                                           std::span(effects).subspan(first, count)));
    first += count;
  }
  return response;
}

}  // namespace stator::ops
