#include "storage/index_entries.h"

#include <algorithm>
#include <span>

#include "codec/keys.h"
#include "model/limits.h"
#include "model/value_writer.h"

namespace stator::storage {
namespace {

// True if the item has all of the attributes, of their types, none of them empty, and not above `most` bytes in all.
bool has_key(std::span<const model::KeyAttribute> attributes, model::MapView item, std::size_t most) {
  std::size_t bytes = 0;
  for (const model::KeyAttribute& attribute : attributes) {
    const auto value = item.find(attribute.name);
    if (!value || !value->is(attribute.type)) return false;
    if (value->is(model::Type::kNumber)) continue;
    if (value->bytes().empty()) return false;
    bytes += value->bytes().size();
  }
  return bytes <= most;
}

}  // namespace

IndexEntries::IndexEntries(const model::Table& table, const model::Index& index) : table_(&table), index_(&index) {
  for (const model::KeyAttribute& attribute : table.key.attributes()) projected_.push_back(attribute.name);
  for (const model::KeyAttribute& attribute : index.key.attributes()) projected_.push_back(attribute.name);
  for (const std::string& name : index.projection.non_key_attributes) projected_.push_back(name);
  std::ranges::sort(projected_);
  projected_.erase(std::ranges::unique(projected_).begin(), projected_.end());
}

bool IndexEntries::has(model::MapView item) const {
  return has_key(index_->key.partition(), item, model::kMaxPartitionKeyBytes) &&
         has_key(index_->key.sort(), item, model::kMaxSortKeyBytes);
}

std::string IndexEntries::key(model::MapView item) const { return codec::entry_key(*table_, *index_, item); }

bool IndexEntries::is_same_key(model::MapView a, model::MapView b) const {
  return std::ranges::all_of(index_->key.attributes(), [&](const model::KeyAttribute& attribute) {
    return *a.find(attribute.name) == *b.find(attribute.name);
  });
}

bool IndexEntries::projects(std::string_view name) const {
  return index_->projection.type == model::ProjectionType::kAll || std::ranges::binary_search(projected_, name);
}

ProjectedItem IndexEntries::project(model::ValueView item, std::size_t size) const {
  if (index_->projection.type == model::ProjectionType::kAll) return {item, size};
  model::MapWriter kept;
  for (const auto& [name, value] : item.map()) {
    if (projects(name)) kept.add(name, value);
  }
  std::string encoded;
  kept.finish(encoded);
  return ProjectedItem(model::Item(std::move(encoded)));
}

}  // namespace stator::storage
