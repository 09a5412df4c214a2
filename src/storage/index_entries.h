// Which entry an item has in a secondary index: a pure function of the item, so that an index is at every moment the
// projection of its table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/item.h"
#include "model/table.h"

namespace stator::storage {

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
  // What the index keeps of the item.
  [[nodiscard]] model::Item project(model::ValueView item) const;
  // True if the index keeps the attribute `name` of an item.
  [[nodiscard]] bool projects(std::string_view name) const;

 private:
  const model::Table* table_;
  const model::Index* index_;
  std::vector<std::string_view> projected_;  // sorted; not looked at if all are
};

}  // namespace stator::storage
