#include "ops/reports.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "capacity/units.h"
#include "model/value_writer.h"

namespace stator::ops {

std::optional<api::ConsumedCapacity> report_consumed(const api::ReportOptions& options, std::string_view table_name,
                                                     double table_units) {
  if (options.consumed_capacity == api::ReturnConsumedCapacity::kNone) return std::nullopt;
  return api::ConsumedCapacity{
      .table_name = std::string(table_name),
      .table_units = table_units,
      .local_indexes = {},
      .global_indexes = {},
      .by_index = options.consumed_capacity == api::ReturnConsumedCapacity::kIndexes,
  };
}

void add(api::ConsumedCapacity& consumed, const api::ConsumedCapacity& more) {
  consumed.table_units += more.table_units;
  for (const auto& [name, units] : more.local_indexes) consumed.local_indexes[name] += units;
  for (const auto& [name, units] : more.global_indexes) consumed.global_indexes[name] += units;
}

void add_units(api::ConsumedCapacity& consumed, const model::Index& index, double units) {
  auto& indexes = index.kind == model::IndexKind::kLocal ? consumed.local_indexes : consumed.global_indexes;
  indexes[index.name] += units;
}

std::optional<api::ConsumedCapacity> report_write(const api::ReportOptions& options, std::string_view table_name,
                                                  const storage::WriteEffect& effect) {
  auto consumed = report_consumed(options, table_name, capacity::write_units(effect.item_bytes));
  if (!consumed) return consumed;
  for (const storage::IndexChange& change : effect.indexes) {
    add_units(*consumed, *change.index, capacity::index_write_units(change.old_size, change.new_size, change.is_moved));
  }
  return consumed;
}

void ConsumedByTable::add(const model::Table& table, std::optional<api::ConsumedCapacity> part) {
  if (!part) return;
  if (const auto [at, is_new] = tables_.try_emplace(table.name, *part); !is_new) ops::add(at->second, *part);
}

std::vector<api::ConsumedCapacity> ConsumedByTable::take() && {
  std::vector<api::ConsumedCapacity> consumed;
  for (auto& [name, units] : tables_) consumed.push_back(std::move(units));
  return consumed;
}

std::optional<api::ItemCollectionMetrics> report_collection(const api::ReportOptions& options,
                                                            const model::Table& table, model::MapView key,
                                                            const storage::WriteEffect& effect) {
  if (!options.item_collection_metrics || !table.has_local_index()) return std::nullopt;
  const model::KeyAttribute& partition = table.key.partition().front();
  model::MapWriter collection;
  collection.add(partition.name, *key.find(partition.name));
  std::string encoded;
  collection.finish(encoded);
  // An estimate in whole gigabytes, as the service gives it.
  const double lower = std::floor(static_cast<double>(effect.collection_bytes) / (1 << 30));
  return api::ItemCollectionMetrics{.key = model::Item(std::move(encoded)), .lower_gb = lower, .upper_gb = lower + 1};
}

void add(std::vector<api::ItemCollectionMetrics>& collections, api::ItemCollectionMetrics metrics) {
  const auto same = std::ranges::find_if(collections, [&](const api::ItemCollectionMetrics& other) {
    return other.key.encoded() == metrics.key.encoded();
  });
  if (same == collections.end()) {
    collections.push_back(std::move(metrics));
  } else {
    *same = std::move(metrics);
  }
}

}  // namespace stator::ops
