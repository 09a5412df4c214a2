#include "storage/backfill.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "codec/item_record.h"
#include "codec/keys.h"

namespace stator::storage {
namespace {

// docs/formats/records.md, "Backfill record".
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kCommitAt = 1;
constexpr std::size_t kPositionAt = kCommitAt + sizeof(std::uint64_t);

// What one step may read: more would keep the latches of its keys, and the writers that want them, for too long.
constexpr std::size_t kMaxStepBytes = 256 * 1024;

std::string make_record(const BackfillProgress& progress) {
  std::string record(1, static_cast<char>(kVersion));
  append_big_endian(record, progress.added.value);
  return record.append(progress.position);
}

Result<BackfillProgress> read_record(std::optional<std::string_view> bytes) {
  if (!bytes) return fail(ErrorCode::kStale, "The index is not being backfilled.");
  if (bytes->size() < kPositionAt || bytes->front() != static_cast<char>(kVersion)) {
    return fail(ErrorCode::kCorruption, "The record of a backfill is damaged.");
  }
  return BackfillProgress{.added = CommitNumber{load_big_endian<std::uint64_t>(bytes->substr(kCommitAt))},
                          .position = std::string(bytes->substr(kPositionAt))};
}

}  // namespace

// What a step has found in a stretch of the table.
struct Backfill::Gathered {
  std::string position;             // the last key that was looked at
  std::vector<std::string> keys{};  // the backfill's record, then those of items that need an entry
  std::uint64_t read = 0;
  bool is_last = false;
};

void begin_backfill(TableNumber table, IndexNumber index, kv::Batch& batch) {
  batch.put(codec::backfill_key(table, index), make_record({}), kCommitAt);
}

void end_backfill(TableNumber table, IndexNumber index, kv::Batch& batch) {
  batch.erase(codec::backfill_key(table, index));
}

Result<BackfillProgress> read_backfill(const kv::Reader& reader, const model::Table& table, IndexNumber index) {
  std::string bytes;
  TRY_ASSIGN(const bool found, reader.get(codec::backfill_key(table.number, index), kv::Wait::kAllowed, bytes));
  return read_record(found ? std::optional<std::string_view>(bytes) : std::nullopt);
}

Result<BackfillProgress> read_backfill(const kv::DecisionView& view, const model::Table& table, IndexNumber index) {
  TRY_ASSIGN(const auto bytes, view.peek(codec::backfill_key(table.number, index)));
  return read_record(bytes);
}

bool has_come_to(const BackfillProgress& progress, std::string_view key, CommitNumber written) {
  return written == CommitNumber{} || written > progress.added || key <= progress.position;
}

Result<Backfill> Backfill::resume(Storage& storage, TablePtr table, IndexNumber index) {
  const auto entries =
      std::ranges::find(table->all_indexes(), index, [](const IndexEntries& e) { return e.index().number; });
  if (entries == table->all_indexes().end()) return fail(ErrorCode::kStale, "The index is being deleted.");
  TRY_ASSIGN(BackfillProgress progress, read_backfill(storage.engine(), table->definition(), index));
  return Backfill(std::move(table), *entries, std::move(progress));
}

Result<Backfill::Gathered> Backfill::gather(const kv::Reader& reader, std::size_t limit) const {
  const TableNumber table = table_->definition().number;
  const std::string all = codec::item_prefix(table, IndexNumber{0});
  Gathered found{.position = progress_.position};
  found.keys.push_back(codec::backfill_key(table, entries_->index().number));
  std::size_t bytes = 0;
  const auto cursor = reader.scan(
      {progress_.position.empty() ? all : codec::after_prefix(progress_.position), codec::after_prefix(all)},
      kv::Direction::kForward, kv::Wait::kAllowed);
  for (; cursor->valid() && found.read < limit && bytes < kMaxStepBytes; cursor->next()) {
    TRY_ASSIGN(const codec::ItemRecord record, codec::read_item_record(cursor->value()));
    ++found.read;
    bytes += cursor->value().size();
    found.position = cursor->key();
    if (!has_come_to(progress_, cursor->key(), record.commit) && entries_->has(table_->key_values(record.item))) {
      found.keys.emplace_back(cursor->key());
    }
  }
  TRY(cursor->status());
  found.is_last = !cursor->valid();
  return found;
}

Result<BackfillStep> Backfill::step(Session& session, std::size_t limit) {
  TRY_ASSIGN(const Gathered found, gather(session.storage.engine(), limit));
  const model::Table& table = table_->definition();
  BackfillStep step{.read = found.read, .written = 0, .is_last = found.is_last};

  bool is_in_order = true;
  const auto decide = [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
    step.written = 0;
    TRY_ASSIGN(const auto present, view.get(0));
    // Another one if the index was deleted, or if a step before this one could not be written after all.
    is_in_order = present == make_record(progress_);
    if (!is_in_order) return kv::Verdict::kAbandon;
    std::int64_t bytes = 0;
    std::string entry;
    for (std::size_t i = 1; i < found.keys.size(); ++i) {
      TRY_ASSIGN(const auto value, view.get(i));
      if (!value) continue;
      TRY_ASSIGN(const codec::ItemRecord item, codec::read_item_record(*value));
      if (has_come_to(progress_, found.keys[i], item.commit)) continue;
      const ProjectedItem kept = entries_->project(model::ValueView(item.encoded_item), item.size);
      entry.clear();
      codec::append_item_record(entry, kept.value(), kept.size());
      batch.put(entries_->key(table_->key_values(item.item)), entry, codec::kItemRecordCommitAt);
      bytes += static_cast<std::int64_t>(kept.size());
      ++step.written;
    }
    batch.put(found.keys.front(), make_record({.added = progress_.added, .position = found.position}));
    if (step.written > 0) {
      batch.add(codec::counters_key(table.number, entries_->index().number),
                std::array{static_cast<std::int64_t>(step.written), bytes});
    }
    return kv::Verdict::kCommit;
  };

  TRY_ASSIGN(kv::Ticket ticket, session.storage.engine().commit(found.keys, kv::Wait::kAllowed, decide));
  if (ticket.is_pending()) session.tickets.push_back(std::move(ticket));
  if (!is_in_order) return fail(ErrorCode::kStale, "The backfill has not come as far as this step begins.");
  progress_.position = found.position;
  return step;
}

}  // namespace stator::storage
