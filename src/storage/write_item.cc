#include "storage/write_item.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "codec/keys.h"

namespace stator::storage {
namespace {

// Adds what the change does to the table to the batch: the record, and the counters' difference.
void append_change(kv::Batch& batch, const std::string& key, TableNumber table, const codec::ItemRecord* old,
                   const ItemChange& change) {
  std::int64_t items = old ? -1 : 0;
  std::int64_t bytes = old ? -static_cast<std::int64_t>(old->size) : 0;
  if (change.action == WriteAction::kPut) {
    std::string record;
    codec::append_item_record(record, change.item, change.size);
    batch.put(key, record, codec::kItemRecordCommitAt);
    items += 1;
    bytes += static_cast<std::int64_t>(change.size);
  } else {
    batch.erase(key);
  }
  if (items != 0 || bytes != 0) {
    batch.add(codec::counters_key(table, IndexNumber{0}), std::array{items, bytes});
  }
}

}  // namespace

Result<void> write_item(Session& session, const TableHandle& table, model::MapView key, const ItemDecision& decide) {
  const model::Table& definition = table.definition();
  const std::array keys{codec::item_key(definition.number, definition.key, key)};
  std::optional<Error> refusal;

  const auto decide_on_bytes = [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
    refusal.reset();
    if (!table.is_current()) {
      refusal = Error{ErrorCode::kStale, ""};
      return kv::Verdict::kAbandon;
    }
    TRY_ASSIGN(const auto bytes, view.get(0));
    codec::ItemRecord record;
    if (bytes) {
      TRY_ASSIGN(record, codec::read_item_record(*bytes));
    }
    const codec::ItemRecord* old = bytes ? &record : nullptr;
    Result<ItemChange> change = decide(old);
    if (!change) {
      refusal = std::move(change).error();
      return kv::Verdict::kAbandon;
    }
    const bool changes_nothing =
        change->action == WriteAction::kKeep || (change->action == WriteAction::kErase && old == nullptr);
    if (changes_nothing) return kv::Verdict::kAbandon;
    append_change(batch, keys[0], definition.number, old, *change);
    return kv::Verdict::kCommit;
  };

  TRY_ASSIGN(kv::Ticket ticket, session.storage.engine().commit(keys, session.wait, decide_on_bytes));
  if (ticket.is_pending()) session.tickets.push_back(std::move(ticket));
  if (refusal) return std::unexpected(*std::move(refusal));
  return {};
}

}  // namespace stator::storage
