// Which entry an item has in a secondary index: a pure function of the item, so that an index is at every moment the
// projection of its table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/item.h"
#include "model/table.h"

namespace stator::storage {

// What an item has for each of some attributes, by their positions.
using KeyValues = std::vector<std::optional<model::ValueView>>;

// The attributes of all keys, the table's and its indexes', so that an item is walked once for all of them. Refers to
// the table. Immutable, thread-safe.
class KeyAttributes {
 public:
  explicit KeyAttributes(const model::Table& table);
  [[nodiscard]] std::size_t position_of(std::string_view name) const;
  // Valid as long as the item.
  [[nodiscard]] KeyValues values_of(model::MapView item) const;

 private:
  std::vector<std::string_view> names_;  // sorted
};

// What keeps an item out of an index though it has the attribute.
enum class KeyFault : std::uint8_t { kType, kEmpty, kSize };
struct KeyProblem {
  KeyFault fault;
  const model::KeyAttribute& attribute;
  model::ValueView value;
  std::size_t size = 0;  // kSize: of this attribute and those before it in its part of the key
  std::size_t most = 0;
};

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
  // `attributes`: of the table; all KeyValues given to this are its.
  IndexEntries(const model::Table& table, const model::Index& index, const KeyAttributes& attributes);

  [[nodiscard]] const model::Index& index() const { return *index_; }
  // The first key attribute that the item has as no key can have it.
  // Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
  [[nodiscard]] std::optional<KeyProblem> problem_of(const KeyValues& item) const;
  // An item without one of the index's key attributes, or with a problem, has no entry.
  // Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "sparse".
  [[nodiscard]] bool has(const KeyValues& item) const;
  // The store's key of the entry of an item that has one.
  [[nodiscard]] std::string key(const KeyValues& item) const;
  // True if both items, which have entries and one key in the table, have them under one key.
  [[nodiscard]] bool is_same_key(const KeyValues& a, const KeyValues& b) const;
  // What the index keeps of the item, whose size is `size`.
  [[nodiscard]] ProjectedItem project(model::ValueView item, std::size_t size) const;
  // True if the index keeps the attribute `name` of an item.
  [[nodiscard]] bool projects(std::string_view name) const;
  [[nodiscard]] bool projects_all() const { return index_->projection.type == model::ProjectionType::kAll; }

 private:
  const model::Table* table_;
  const model::Index* index_;
  std::vector<std::size_t> key_;        // positions of the index's key attributes, in the key's order
  std::vector<std::size_t> table_key_;  // and of the table's
  std::vector<std::string_view> kept_;  // sorted; not looked at if all are
};

}  // namespace stator::storage
