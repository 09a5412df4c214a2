#include "storage/write_item.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/keys.h"
#include "storage/backfill.h"
#include "storage/collections.h"

namespace stator::storage {
namespace {

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

// Fills one write's batch.
class ItemWriter {
 public:
  ItemWriter(const TableHandle& table, const kv::DecisionView& view, kv::Batch& batch)
      : table_(table), view_(view), batch_(batch) {}

  // Everything that `change`, which is no kKeep, does to the item at `key` and its entries.
  Result<void> write(const std::string& key, const codec::ItemRecord* old, const ItemChange& change,
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
    effect.collection_bytes += sizes.bytes();
    if (table_.indexes().empty()) return {};
    if (old) old_keys_ = table_.key_values(old->item);
    if (puts) new_keys_ = table_.key_values(change.item.map());
    for (const IndexEntries& entries : table_.indexes()) {
      TRY_ASSIGN(const bool had, old ? has_entry(entries, key, *old) : Result<bool>(false));
      write_entry(entries, had ? old : nullptr, change, effect);
    }
    return {};
  }

 private:
  void put(const std::string& key, model::ValueView item, std::size_t size) {
    record_.clear();
    codec::append_item_record(record_, item, size);
    batch_.put(key, record_, codec::kItemRecordCommitAt);
  }

  void count(IndexNumber index, const Sizes& sizes) {
    const std::array deltas{sizes.items(), sizes.bytes()};
    if (deltas != std::array<std::int64_t, 2>{}) {
      batch_.add(codec::counters_key(table_.definition().number, index), deltas);
    }
  }

  // A backfill may not have come to the item yet.
  Result<bool> has_entry(const IndexEntries& entries, const std::string& key, const codec::ItemRecord& old) {
    if (!entries.has(old_keys_)) return false;
    if (!entries.index().backfilling) return true;
    TRY_ASSIGN(const BackfillProgress progress, read_backfill(view_, table_.definition(), entries.index().number));
    return has_come_to(progress, key, old.commit);
  }

  // `old`: the item of the entry that there is, if any.
  void write_entry(const IndexEntries& entries, const codec::ItemRecord* old, const ItemChange& change,
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
    effect.indexes.push_back({.index = &index,
                              .old_size = sizes.before.value_or(0),
                              .new_size = sizes.after.value_or(0),
                              .is_moved = had && has && !keeps_key});
  }

  const TableHandle& table_;
  const kv::DecisionView& view_;
  kv::Batch& batch_;
  KeyValues old_keys_;  // of the item as it was, if it was there and there are indexes
  KeyValues new_keys_;  // of the one that is put
  std::string record_;
};

bool changes_nothing(const codec::ItemRecord* old, const ItemChange& change) {
  return change.action == WriteAction::kKeep || (change.action == WriteAction::kErase && old == nullptr);
}

}  // namespace

Result<std::vector<WriteEffect>> write_items(Session& session, std::span<const ItemWrite> writes) {
  std::vector<std::string> keys;
  std::vector<Collection> collections;
  for (const ItemWrite& write : writes) {
    const model::Table& definition = write.table.definition();
    keys.push_back(codec::item_key(definition.number, definition.key, write.key));
    TRY_ASSIGN(collections.emplace_back(), read_collection(session, write.table, write.key));
  }
  std::optional<Error> refusal;
  std::vector<WriteEffect> effects;

  // True if there is something to commit.
  const auto decide_on = [&](std::size_t i, const kv::DecisionView& view, kv::Batch& batch) -> Result<bool> {
    const ItemWrite& write = writes[i];
    const Collection& collection = collections[i];
    WriteEffect& effect = effects[i];
    effect.collection_bytes = collection.bytes;
    const auto refuse = [&](Error error) {
      refusal = std::move(error);
      return false;
    };
    if (!write.table.is_current()) return refuse({ErrorCode::kStale, ""});
    TRY_ASSIGN(const auto bytes, view.get(i));
    codec::ItemRecord record;
    if (bytes) {
      TRY_ASSIGN(record, codec::read_item_record(*bytes));
    }
    const codec::ItemRecord* old = bytes ? &record : nullptr;
    Result<ItemChange> change = write.decide(old);
    if (!change) return refuse(std::move(change).error());
    if (changes_nothing(old, *change)) return false;

    TRY(ItemWriter(write.table, view, batch).write(keys[i], old, *change, effect));
    const std::int64_t growth = effect.collection_bytes - collection.bytes;
    if (collection.key.empty()) return true;
    if (auto fits = check_growth(session, collection, growth); !fits) return refuse(std::move(fits).error());
    if (growth != 0) batch.add(collection.key, std::array{growth});
    return true;
  };
  const auto decide_on_all = [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
    refusal.reset();
    effects.assign(writes.size(), {});
    bool commits = false;
    for (std::size_t i = 0; i < writes.size() && !refusal; ++i) {
      TRY_ASSIGN(const bool changed, decide_on(i, view, batch));
      commits = commits || changed;
    }
    return commits && !refusal ? kv::Verdict::kCommit : kv::Verdict::kAbandon;
  };

  TRY_ASSIGN(kv::Ticket ticket, session.storage.engine().commit(keys, session.wait, decide_on_all));
  if (ticket.is_pending()) session.tickets.push_back(std::move(ticket));
  if (refusal) return std::unexpected(*std::move(refusal));
  return effects;
}

Result<WriteEffect> write_item(Session& session, const TableHandle& table, model::MapView key,
                               const ItemDecision& decide) {
  const ItemWrite write{.table = table, .key = key, .decide = decide};
  TRY_ASSIGN(std::vector<WriteEffect> effects, write_items(session, std::span(&write, 1)));
  return std::move(effects.front());
}

}  // namespace stator::storage
