#include "storage/catalog.h"

#include <algorithm>

#include "codec/keys.h"
#include "codec/table_record.h"

namespace stator::storage {

TableHandle::TableHandle(model::Table definition)
    : definition_(std::move(definition)),
      key_attributes_(definition_),
      has_local_index_(definition_.has_local_index()) {
  if (!definition_.shards.empty()) change_log_.emplace(definition_);
  for (const model::Index& index : definition_.indexes) {
    if (index.status != model::TableStatus::kDeleting) all_indexes_.emplace_back(definition_, index, key_attributes_);
  }
  std::ranges::sort(all_indexes_, {},
                    [](const IndexEntries& entries) -> std::string_view { return entries.index().name; });
  secondary_ = all_indexes_.size();
  if (definition_.expiry) all_indexes_.emplace_back(definition_, *definition_.expiry, key_attributes_);
}

const IndexEntries* TableHandle::find_index(std::string_view name) const {
  const auto it = std::ranges::find(
      indexes(), name, [](const IndexEntries& entries) -> std::string_view { return entries.index().name; });
  return it == indexes().end() ? nullptr : &*it;
}

TablePtr Catalog::find(std::string_view region, std::string_view name) const {
  const auto it = tables_.find(std::pair(region, name));
  return it == tables_.end() ? nullptr : it->second;
}

Result<Catalog> read_catalog(const kv::Reader& reader) {
  Catalog::Tables tables;
  const std::string all(1, static_cast<char>(codec::KeySpace::kTables));
  const auto cursor = reader.scan({all, codec::after_prefix(all)}, kv::Direction::kForward, kv::Wait::kAllowed);
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(model::Table table, codec::decode_table(cursor->value()));
    auto name = std::pair(table.region, table.name);
    tables.emplace(std::move(name), std::make_shared<const TableHandle>(std::move(table)));
  }
  TRY(cursor->status());
  return Catalog(std::move(tables));
}

}  // namespace stator::storage
