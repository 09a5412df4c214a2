// A request's keys and items against the table's key schema.
#pragma once

#include <string>
#include <unordered_set>

#include "base/result.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "model/item.h"
#include "model/table.h"
#include "storage/catalog.h"

namespace stator::ops {

// A Key: exactly the key attributes, of their types, neither empty nor too long.
[[nodiscard]] Result<void> check_key(const model::KeySchema& schema, model::MapView key);

// An Item to put: the same of the key attributes among its others, in PutItem's words.
[[nodiscard]] Result<void> check_item_key(const model::KeySchema& schema, model::MapView item);

// The items that a request names, to tell one that is named twice, in whatever way its table and numbers are written.
class NamedItems {
 public:
  // False if the item is there already. `key` has every key attribute of the table, of its right type.
  [[nodiscard]] bool add(const model::Table& table, model::MapView key);

 private:
  std::unordered_set<std::string> keys_;
};

// A key attribute, be it of the table or of one of its indexes, is a scalar: no path may reach into it.
[[nodiscard]] Result<void> check_paths(const storage::TableHandle& table, std::span<const model::DocumentPath> paths);
[[nodiscard]] Result<void> check_paths(const storage::TableHandle& table, const expr::Condition& condition);

}  // namespace stator::ops
