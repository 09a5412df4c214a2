// Which entry an item has in a secondary index: a pure function of the item, so that an index is at every moment the
// projection of its table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/item.h"
#include "model/table.h"

namespace stator::storage {

// What an index keeps of an item. Lives no longer than the item.
class ProjectedItem {
 public:
  // The whole item, of `size`.
  ProjectedItem(model::ValueView item, std::size_t size) : whole_(item), size_(size) {}
  explicit ProjectedItem(model::Item kept) : kept_(std::move(kept)), size_(model::item_size(kept_.view())) {}
  [[nodiscard]] model::ValueView value() const { return whole_.encoded().empty() ? kept_.value() : whole_; }
  [[nodiscard]] std::size_t size() const { return size_; }  // as DynamoDB counts it

 private:
  model::ValueView whole_;
  model::Item kept_;  // if it is not the whole item
  std::size_t size_;
};

// The entries of one index. Refers to the table and the index it is made of. Immutable, thread-safe.
class IndexEntries {
 public:
  IndexEntries(const model::Table& table, const model::Index& index);

  [[nodiscard]] const model::Index& index() const { return *index_; }
  // An item without one of the index's key attributes, or with one that no key can have, has no entry.
  // Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "sparse".
  [[nodiscard]] bool has(model::MapView item) const;
  // The store's key of the entry of an item that has one.
  [[nodiscard]] std::string key(model::MapView item) const;
  // True if both items, which have entries, have them under one key.
  [[nodiscard]] bool is_same_key(model::MapView a, model::MapView b) const;
  // What the index keeps of the item, whose size is `size`.
  [[nodiscard]] ProjectedItem project(model::ValueView item, std::size_t size) const;
  // True if the index keeps the attribute `name` of an item.
  [[nodiscard]] bool projects(std::string_view name) const;

 private:
  const model::Table* table_;
  const model::Index* index_;
  std::vector<std::string_view> projected_;  // sorted; not looked at if all are
};

}  // namespace stator::storage
