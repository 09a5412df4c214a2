// The catalog: every table's definition, as an immutable snapshot that readers take without locking.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "kv/engine.h"
#include "model/table.h"
#include "storage/change_log.h"
#include "storage/index_entries.h"

namespace stator::storage {

// One state of one table's definition. A change of the table publishes a new one and marks this one superseded, while
// no commit is being decided: a write that sees is_current() within its decision may rely on the definition.
// Thread-safe.
class TableHandle {
 public:
  explicit TableHandle(model::Table definition);
  TableHandle(const TableHandle&) = delete;
  TableHandle& operator=(const TableHandle&) = delete;
  [[nodiscard]] const model::Table& definition() const { return definition_; }
  // What an item has for the keys of the table and all its indexes: what the functions of IndexEntries take.
  [[nodiscard]] KeyValues key_values(model::MapView item) const { return key_attributes_.values_of(item); }
  [[nodiscard]] bool has_local_index() const { return has_local_index_; }
  // The secondary indexes that writes maintain: all that are not being deleted, in the order of their names.
  [[nodiscard]] std::span<const IndexEntries> indexes() const { return std::span(all_indexes_).first(secondary_); }
  // And then the expiry index, if there is one.
  [[nodiscard]] std::span<const IndexEntries> all_indexes() const { return all_indexes_; }
  // Where changes of items are logged; null if nobody reads them.
  [[nodiscard]] const ChangeLog* change_log() const { return change_log_ ? &*change_log_ : nullptr; }
  // Null if the table does not maintain an index of that name.
  [[nodiscard]] const IndexEntries* find_index(std::string_view name) const;
  [[nodiscard]] bool is_current() const { return !superseded_.load(std::memory_order_acquire); }
  void supersede() const { superseded_.store(true, std::memory_order_release); }

 private:
  const model::Table definition_;
  KeyAttributes key_attributes_;           // of definition_
  std::vector<IndexEntries> all_indexes_;  // of definition_
  std::size_t secondary_ = 0;              // so many of them
  std::optional<ChangeLog> change_log_;    // of definition_
  bool has_local_index_;
  mutable std::atomic<bool> superseded_{false};
};

using TablePtr = std::shared_ptr<const TableHandle>;

// Immutable.
class Catalog {
 public:
  // By region, then name.
  struct ByRegionAndName {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    bool operator()(const auto& a, const auto& b) const { return View(a.first, a.second) < View(b.first, b.second); }
  };
  using Tables = std::map<std::pair<std::string, std::string>, TablePtr, ByRegionAndName>;

  Catalog() = default;
  explicit Catalog(Tables tables) : tables_(std::move(tables)) {}
  // Null if there is none.
  [[nodiscard]] TablePtr find(std::string_view region, std::string_view name) const;
  [[nodiscard]] const Tables& tables() const { return tables_; }

 private:
  Tables tables_;
};

// The catalog of the reader's state.
[[nodiscard]] Result<Catalog> read_catalog(const kv::Reader& reader);

}  // namespace stator::storage
