#include "storage/item_writer.h"

#include <array>

#include "codec/keys.h"
#include "storage/backfill.h"

namespace stator::storage {

Result<void> ItemWriter::write(const std::string& key, const codec::ItemRecord* old, const ItemChange& change,
                               WriteEffect& effect) {
  const bool puts = change.action == WriteAction::kPut;
  if (puts) {
    put(key, change.item, change.size);
  } else {
    batch_.erase(key);
  }
  const Sizes sizes{.before = old ? std::optional(old->size) : std::nullopt,
                    .after = puts ? std::optional(change.size) : std::nullopt};
  count(IndexNumber{0}, sizes);
  if (const ChangeLog* log = table_.change_log()) {
    log->append({.key = key,
                 .before = old ? std::optional(model::ValueView(old->encoded_item)) : std::nullopt,
                 .after = puts ? std::optional(change.item) : std::nullopt,
                 .origin = session_.origin,
                 .time = session_.storage.clock().now()},
                batch_);
  }
  effect.collection_bytes += sizes.bytes();
  if (table_.all_indexes().empty()) return {};
  if (old) old_keys_ = table_.key_values(old->item);
  if (puts) new_keys_ = table_.key_values(change.item.map());
  for (const IndexEntries& entries : table_.all_indexes()) {
    TRY_ASSIGN(const bool had, old ? has_entry(entries, key, *old) : Result<bool>(false));
    write_entry(entries, had ? old : nullptr, change, effect);
  }
  return {};
}

void ItemWriter::put(const std::string& key, model::ValueView item, std::size_t size) {
  record_.clear();
  codec::append_item_record(record_, item, size);
  batch_.put(key, record_, codec::kItemRecordCommitAt);
}

void ItemWriter::count(IndexNumber index, const Sizes& sizes) {
  const std::array deltas{sizes.items(), sizes.bytes()};
  if (deltas != std::array<std::int64_t, 2>{}) {
    batch_.add(codec::counters_key(table_.definition().number, index), deltas);
  }
}

// A backfill may not have come to the item yet.
Result<bool> ItemWriter::has_entry(const IndexEntries& entries, const std::string& key, const codec::ItemRecord& old) {
  if (!entries.has(old_keys_)) return false;
  if (!entries.index().backfilling) return true;
  TRY_ASSIGN(const BackfillProgress progress, read_backfill(view_, table_.definition(), entries.index().number));
  return has_come_to(progress, key, old.commit);
}

void ItemWriter::write_entry(const IndexEntries& entries, const codec::ItemRecord* old, const ItemChange& change,
                             WriteEffect& effect) {
  const model::Index& index = entries.index();
  const bool had = old != nullptr;
  const bool has = change.action == WriteAction::kPut && entries.has(new_keys_);
  if (!had && !has) return;

  const bool keeps_key = had && has && entries.is_same_key(old_keys_, new_keys_);
  if (keeps_key && index.projection.type == model::ProjectionType::kKeysOnly) return;
  std::optional<ProjectedItem> before;
  std::optional<ProjectedItem> after;
  if (had) before = entries.project(model::ValueView(old->encoded_item), old->size);
  if (has) after = entries.project(change.item, change.size);
  if (keeps_key && before->value() == after->value()) return;

  if (had && !keeps_key) batch_.erase(entries.key(old_keys_));
  if (has) put(entries.key(new_keys_), after->value(), after->size());
  const Sizes sizes{.before = had ? std::optional(before->size()) : std::nullopt,
                    .after = has ? std::optional(after->size()) : std::nullopt};
  count(index.number, sizes);
  if (index.kind == model::IndexKind::kLocal) effect.collection_bytes += sizes.bytes();
  if (index.kind == model::IndexKind::kExpiry) return;  // nobody is told of it, or charged for it
  effect.indexes.push_back({.index = &index,
                            .old_size = sizes.before.value_or(0),
                            .new_size = sizes.after.value_or(0),
                            .is_moved = had && has && !keeps_key});
}

}  // namespace stator::storage
