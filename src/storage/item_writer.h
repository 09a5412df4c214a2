// What a write does to its item, put into its commit's batch: the item's record, its entries in all indexes, and the
// counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "codec/item_record.h"
#include "kv/engine.h"
#include "storage/catalog.h"
#include "storage/index_entries.h"
#include "storage/write_item.h"

namespace stator::storage {

// Of one write. Not thread-safe; `table`, `view` and `batch` must outlive it.
class ItemWriter {
 public:
  ItemWriter(const Session& session, const TableHandle& table, const kv::DecisionView& view, kv::Batch& batch)
      : session_(session), table_(table), view_(view), batch_(batch) {}

  // Everything that `change`, which is no kKeep, does to the item at `key` (`old`: the one there is) and its entries.
  // Adds to `effect` what it does to the indexes and to the bytes of the item's collection.
  Result<void> write(const std::string& key, const codec::ItemRecord* old, const ItemChange& change,
                     WriteEffect& effect);

 private:
  // An item or entry that a write replaces, and the one that it puts in its place; either may be none.
  struct Sizes {
    std::optional<std::size_t> before;
    std::optional<std::size_t> after;

    [[nodiscard]] std::int64_t items() const {
      return std::int64_t{after.has_value()} - std::int64_t{before.has_value()};
    }
    [[nodiscard]] std::int64_t bytes() const {
      return static_cast<std::int64_t>(after.value_or(0)) - static_cast<std::int64_t>(before.value_or(0));
    }
  };

  void put(const std::string& key, model::ValueView item, std::size_t size);
  void count(IndexNumber index, const Sizes& sizes);
  Result<bool> has_entry(const IndexEntries& entries, const std::string& key, const codec::ItemRecord& old);
  // `old`: the item of the entry that there is, if any.
  void write_entry(const IndexEntries& entries, const codec::ItemRecord* old, const ItemChange& change,
                   WriteEffect& effect);

  const Session& session_;
  const TableHandle& table_;
  const kv::DecisionView& view_;
  kv::Batch& batch_;
  KeyValues old_keys_;  // of the item as it was, if it was there and there are indexes
  KeyValues new_keys_;  // of the one that is put
  std::string record_;
};

}  // namespace stator::storage
