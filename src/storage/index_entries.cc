#include "storage/index_entries.h"

#include <algorithm>
#include <span>

#include "codec/keys.h"
#include "model/limits.h"
#include "model/value_writer.h"

namespace stator::storage {
namespace {

void sort_unique(std::vector<std::string_view>& names) {
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
}

void append_names(std::vector<std::string_view>& names, const model::KeySchema& key) {
  for (const model::KeyAttribute& attribute : key.attributes()) names.push_back(attribute.name);
}

// Calls `meet(i, entry)` for each of the item's attributes that is names[i]. Both are in the order of their names.
void merge(std::span<const std::string_view> names, model::MapView item, const auto& meet) {
  std::size_t i = 0;
  for (const auto& entry : item) {
    while (i < names.size() && names[i] < entry.name) ++i;
    if (i == names.size()) return;
    if (names[i] == entry.name) meet(i, entry);
  }
}

// Of the attributes of one part of a key, whose positions are `positions`; together they have at most `most` bytes.
std::optional<KeyProblem> find_problem(std::span<const model::KeyAttribute> attributes,
                                       std::span<const std::size_t> positions, std::size_t most,
                                       const KeyValues& item) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const auto& value = item[positions[i]];
    if (!value) continue;
    if (!value->is(attributes[i].type)) return KeyProblem{KeyFault::kType, attributes[i], *value};
    if (value->is(model::Type::kNumber)) continue;
    if (value->bytes().empty()) return KeyProblem{KeyFault::kEmpty, attributes[i], *value};
    size += value->bytes().size();
    if (size > most) return KeyProblem{KeyFault::kSize, attributes[i], *value, size, most};
  }
  return std::nullopt;
}

}  // namespace

KeyAttributes::KeyAttributes(const model::Table& table) {
  append_names(names_, table.key);
  for (const model::Index* index : table.all_indexes()) append_names(names_, index->key);
  sort_unique(names_);
}

std::size_t KeyAttributes::position_of(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(names_, name) - names_.begin());
}

KeyValues KeyAttributes::values_of(model::MapView item) const {
  KeyValues values(names_.size());
  merge(names_, item, [&](std::size_t i, const model::MapView::Entry& entry) { values[i] = entry.value; });
  return values;
}

IndexEntries::IndexEntries(const model::Table& table, const model::Index& index, const KeyAttributes& attributes)
    : table_(&table), index_(&index) {
  for (const model::KeyAttribute& attribute : index.key.attributes()) {
    key_.push_back(attributes.position_of(attribute.name));
  }
  for (const model::KeyAttribute& attribute : table.key.attributes()) {
    table_key_.push_back(attributes.position_of(attribute.name));
  }
  append_names(kept_, table.key);
  append_names(kept_, index.key);
  for (const std::string& name : index.projection.non_key_attributes) kept_.push_back(name);
  sort_unique(kept_);
}

std::optional<KeyProblem> IndexEntries::problem_of(const KeyValues& item) const {
  const model::KeySchema& key = index_->key;
  const std::span<const std::size_t> positions(key_);
  const std::size_t partition = key.partition().size();
  auto found = find_problem(key.partition(), positions.first(partition), model::kMaxPartitionKeyBytes, item);
  return found ? found : find_problem(key.sort(), positions.subspan(partition), model::kMaxSortKeyBytes, item);
}

bool IndexEntries::has(const KeyValues& item) const {
  return std::ranges::all_of(key_, [&](std::size_t i) { return item[i].has_value(); }) && !problem_of(item);
}

std::string IndexEntries::key(const KeyValues& item) const {
  std::vector<model::ValueView> values;
  values.reserve(key_.size() + table_key_.size());
  for (const std::size_t i : key_) values.push_back(*item[i]);
  for (const std::size_t i : table_key_) values.push_back(*item[i]);
  return codec::entry_key(table_->number, *index_, values);
}

bool IndexEntries::is_same_key(const KeyValues& a, const KeyValues& b) const {
  return std::ranges::all_of(key_, [&](std::size_t i) { return a[i] == b[i]; });
}

bool IndexEntries::projects(std::string_view name) const {
  return projects_all() || std::ranges::binary_search(kept_, name);
}

ProjectedItem IndexEntries::project(model::ValueView item, std::size_t size) const {
  if (projects_all()) return {item, size};
  model::MapWriter kept;
  merge(kept_, item.map(),
        [&](std::size_t /*i*/, const model::MapView::Entry& entry) { kept.add(entry.name, entry.value); });
  std::string encoded;
  kept.finish(encoded);
  return ProjectedItem(model::Item(std::move(encoded)));
}

}  // namespace stator::storage
