// Backfill: the items that were there before an index was added get their entries, while writes go on and maintain the
// index themselves.
//
// Every write after the commit that added the index writes its own entry. So an item has its entry exactly if its
// record is younger than that commit, or if the backfill has come to it; neither the backfill nor a write has to look
// at the index. The backfill names the keys of the items that it gives entries, as the writes do, which keeps this
// exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "kv/batch.h"
#include "storage/storage.h"

namespace stator::storage {

struct BackfillProgress {
  CommitNumber added;    // the commit that added the index
  std::string position;  // the key of the last item that was looked at; empty before the first
};

// kStale if the index is not being backfilled.
[[nodiscard]] Result<BackfillProgress> read_backfill(const kv::Reader& reader, const model::Table& table,
                                                     IndexNumber index);
// The same within the decision on an item.
[[nodiscard]] Result<BackfillProgress> read_backfill(const kv::DecisionView& view, const model::Table& table,
                                                     IndexNumber index);

// True if an item, whose record has the number `written` (0: not durable yet) under `key`, has been given its entry.
[[nodiscard]] bool has_come_to(const BackfillProgress& progress, std::string_view key, CommitNumber written);

struct BackfillStep {
  std::uint64_t read = 0;     // items looked at
  std::uint64_t written = 0;  // entries
  bool is_last = false;       // no items remain: all have their entries once the session's tickets are done
};

// The backfill of one index. Not thread-safe; there is at most one of an index.
class Backfill {
 public:
  // Goes on from where the last durable step came to. `index` is of `table`'s definition and is being backfilled.
  static Result<Backfill> resume(Storage& storage, TablePtr table, IndexNumber index);

  // Gives the next items, about `limit` of them, their entries in one commit, which also remembers how far the backfill
  // has come. kStale, with nothing done, if the index is not being backfilled any more, or if an
  // earlier step has failed meanwhile: resume() again. The session may wait.
  Result<BackfillStep> step(Session& session, std::size_t limit);

 private:
  struct Gathered;
  Backfill(TablePtr table, const IndexEntries& entries, BackfillProgress progress)
      : table_(std::move(table)), entries_(&entries), progress_(std::move(progress)) {}
  [[nodiscard]] Result<Gathered> gather(const kv::Reader& reader, std::size_t limit) const;

  TablePtr table_;
  const IndexEntries* entries_;  // of table_
  BackfillProgress progress_;
};

// Parts of the changes of the catalog that add an index to a table, and that end its backfill or take it away.
void begin_backfill(TableNumber table, IndexNumber index, kv::Batch& batch);
void end_backfill(TableNumber table, IndexNumber index, kv::Batch& batch);

}  // namespace stator::storage
