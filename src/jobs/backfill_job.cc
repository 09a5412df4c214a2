#include "jobs/backfill_job.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "jobs/job_thread.h"
#include "kv/ticket.h"

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;

// Of one commit, which keeps the latches of so many keys.
constexpr std::size_t kItemsInCommit = 32;
// In a step, at the end of which their durability is waited for: while there are requests, and while there are none.
constexpr int kCommitsAmongRequests = 4;
constexpr int kCommitsAlone = 32;
// How much longer than a step the rest after it is while there are requests.
constexpr int kRestsPerStep = 3;
constexpr std::chrono::microseconds kWhileWaiting = 10ms;
constexpr std::chrono::microseconds kAfterFailure = 1s;

}  // namespace

BackfillJob::Candidates BackfillJob::find_candidates() const {
  Candidates found;
  const auto catalog = with_.storage.catalog();
  for (const auto& [name, table] : catalog->tables()) {
    if (table->definition().status == model::TableStatus::kDeleting) continue;
    for (const storage::IndexEntries& entries : table->all_indexes()) {
      const model::Index& index = entries.index();
      if (index.backfilling) found.emplace(IndexId(table->definition().number, index.number), Candidate{table, &index});
    }
  }
  return found;
}

std::chrono::microseconds BackfillJob::step() {
  const Candidates candidates = find_candidates();
  indexes_.store(candidates.size(), std::memory_order_relaxed);
  const auto is_gone = [&](const auto& entry) { return !candidates.contains(entry.first); };
  std::erase_if(under_way_, is_gone);
  std::erase_if(full_since_, is_gone);
  if (candidates.empty()) return JobThread::kUntilWoken;

  const auto next = choose(candidates);
  if (next == candidates.end()) return kWhileWaiting;
  const auto& [id, candidate] = *next;
  last_ = id;

  const MonotonicTime begun = with_.clock.monotonic();
  Result<bool> is_full = full_since_.contains(id) ? Result<bool>(true) : fill(id, candidate);
  if (is_full && *is_full) full_since_.emplace(id, with_.clock.monotonic());
  if (is_full && *is_full && is_visible(id)) {
    if (auto done = activate(candidate); !done) is_full = std::unexpected(std::move(done).error());
  }
  if (!is_full) {
    under_way_.erase(id);
    // The index was deleted.
    if (is_full.error().code == ErrorCode::kStale) return 0us;
    with_.log.write(obs::Level::kWarn, "backfill failed",
                    {{"table", candidate.table->definition().name},
                     {"index", candidate.index->name},
                     {"cause", is_full.error().message}});
    return kAfterFailure;
  }
  return rest_after(std::chrono::duration_cast<std::chrono::microseconds>(with_.clock.monotonic() - begun));
}

// The next one after the last that can be filled or made ACTIVE now.
BackfillJob::Candidates::const_iterator BackfillJob::choose(const Candidates& candidates) const {
  auto next = candidates.upper_bound(last_);
  for (std::size_t i = 0; i < candidates.size(); ++i, ++next) {
    if (next == candidates.end()) next = candidates.begin();
    const bool is_allocated = with_.clock.now() >= next->second.index->status_until;
    if (is_allocated && (!full_since_.contains(next->first) || is_visible(next->first))) return next;
  }
  return candidates.end();
}

// Global indexes are read from a state of a while ago: that too has all entries.
bool BackfillJob::is_visible(const IndexId& id) const {
  return with_.clock.monotonic() >= full_since_.at(id) + with_.storage.options().index_delay;
}

Result<bool> BackfillJob::fill(const IndexId& id, const Candidate& candidate) {
  auto at = under_way_.find(id);
  if (at == under_way_.end()) {
    auto backfill = storage::Backfill::resume(with_.storage, candidate.table, id.second);
    if (!backfill) return std::unexpected(std::move(backfill).error());
    at = under_way_.emplace(id, *std::move(backfill)).first;
  }
  storage::Session session{.storage = with_.storage};
  Result<bool> is_last = false;
  const int commits = is_busy_ ? kCommitsAmongRequests : kCommitsAlone;
  for (int i = 0; i < commits && is_last && !*is_last; ++i) {
    const auto step = at->second.step(session, kItemsInCommit);
    if (!step) {
      is_last = std::unexpected(step.error());
      break;
    }
    items_read_.fetch_add(step->read, std::memory_order_relaxed);
    entries_written_.fetch_add(step->written, std::memory_order_relaxed);
    is_last = step->is_last;
  }
  // What kept a commit from being written comes before what followed from that.
  for (const kv::Ticket& ticket : session.tickets) TRY(kv::wait(ticket));
  return is_last;
}

Result<void> BackfillJob::activate(const Candidate& candidate) {
  const model::Table& table = candidate.table->definition();
  storage::Session session{.storage = with_.storage};
  const auto changed =
      with_.storage.change_table(session, table.region, table.name, [&](model::Table& present) -> Result<void> {
        // It may have been deleted meanwhile, and another table or index made under its name.
        if (present.number != table.number) return fail(ErrorCode::kStale, "The table was deleted.");
        model::Index* const index = present.find_index(candidate.index->number);
        if (index == nullptr || !index->backfilling) return fail(ErrorCode::kStale, "It was deleted.");
        index->backfilling = false;
        if (index->status == model::TableStatus::kCreating) index->status = model::TableStatus::kActive;
        return {};
      });
  const bool is_gone =
      !changed && (changed.error().code == ErrorCode::kStale || changed.error().code == ErrorCode::kResourceNotFound);
  if (!changed && !is_gone) return std::unexpected(changed.error());
  with_.log.write(obs::Level::kInfo, is_gone ? "backfill ended by a deletion" : "backfill done",
                  {{"table", table.name}, {"index", candidate.index->name}});
  return {};
}

std::chrono::microseconds BackfillJob::rest_after(std::chrono::microseconds work) {
  is_busy_ = load_.is_busy();
  return is_busy_ ? work * kRestsPerStep : 0us;
}

}  // namespace stator::jobs
