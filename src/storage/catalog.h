// The catalog: every table's definition, as an immutable snapshot that readers take without locking.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "model/table.h"

namespace stator::storage {

// One state of one table's definition. A change of the table publishes a new one and marks this one superseded, while
// no commit is being decided: a write that sees is_current() within its decision may rely on the definition.
// Thread-safe.
class TableHandle {
 public:
  explicit TableHandle(model::Table definition) : definition_(std::move(definition)) {}
  [[nodiscard]] const model::Table& definition() const { return definition_; }
  [[nodiscard]] bool is_current() const { return !superseded_.load(std::memory_order_acquire); }
  void supersede() const { superseded_.store(true, std::memory_order_release); }

 private:
  model::Table definition_;
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

}  // namespace stator::storage
