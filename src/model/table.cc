#include "model/table.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace stator::model {

KeySchema::KeySchema(std::vector<KeyAttribute> partition, const std::vector<KeyAttribute>& sort)
    : attributes_(std::move(partition)), partition_size_(attributes_.size()) {
  attributes_.insert(attributes_.end(), sort.begin(), sort.end());
}

void KeySchema::add_partition(KeyAttribute attribute) {
  attributes_.insert(attributes_.begin() + static_cast<std::ptrdiff_t>(partition_size_++), std::move(attribute));
}

void KeySchema::add_sort(KeyAttribute attribute) { attributes_.push_back(std::move(attribute)); }

const KeyAttribute* KeySchema::find(std::string_view name) const {
  const auto it = std::ranges::find(attributes_, name, &KeyAttribute::name);
  return it == attributes_.end() ? nullptr : &*it;
}

const Index* Table::find_index(std::string_view index_name) const {
  const auto it = std::ranges::find(indexes, index_name, &Index::name);
  return it == indexes.end() ? nullptr : &*it;
}

std::vector<const Index*> Table::all_indexes() const {
  std::vector<const Index*> all;
  for (const Index& index : indexes) all.push_back(&index);
  if (expiry) all.push_back(&*expiry);
  return all;
}

const Index* Table::find_index(IndexNumber wanted) const {
  const auto all = all_indexes();
  const auto it = std::ranges::find(all, wanted, &Index::number);
  return it == all.end() ? nullptr : *it;
}

Index* Table::find_index(IndexNumber wanted) { return const_cast<Index*>(std::as_const(*this).find_index(wanted)); }

bool Table::has_local_index() const {
  return std::ranges::find(indexes, IndexKind::kLocal, &Index::kind) != indexes.end();
}

Index expiry_index(std::string attribute) {
  Index index;
  index.kind = IndexKind::kExpiry;
  index.key = KeySchema({{std::move(attribute), Type::kNumber}});
  index.projection.type = ProjectionType::kKeysOnly;
  index.backfilling = true;
  return index;
}

std::string table_arn(std::string_view region, std::string_view account, std::string_view name) {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", region, account, name);
}

}  // namespace stator::model
