// The background job that fills indexes which were added to tables with items, and then makes them ACTIVE.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "jobs/request_load.h"
#include "obs/log.h"
#include "storage/backfill.h"
#include "storage/storage.h"

namespace stator::jobs {

struct BackfillStats {
  std::uint64_t indexes = 0;  // being backfilled now
  std::uint64_t items_read = 0;
  std::uint64_t entries_written = 0;
};

// One step fills a few items of one index; the indexes that are being backfilled take turns. step() by one thread,
// stats() by any.
class BackfillJob {
 public:
  struct Dependencies {
    storage::Storage& storage;
    const Clock& clock;
    obs::Log& log;
    // The requests answered so far: while there are some, the job leaves them most of the machine.
    std::function<std::uint64_t()> requests;
  };
  explicit BackfillJob(Dependencies dependencies) : with_(std::move(dependencies)), load_(with_.requests) {}

  // Answers how long to rest before the next step; JobThread::kUntilWoken if there is nothing to do.
  std::chrono::microseconds step();

  [[nodiscard]] BackfillStats stats() const {
    return {.indexes = indexes_.load(std::memory_order_relaxed),
            .items_read = items_read_.load(std::memory_order_relaxed),
            .entries_written = entries_written_.load(std::memory_order_relaxed)};
  }

 private:
  using IndexId = std::pair<TableNumber, IndexNumber>;
  struct Candidate {
    storage::TablePtr table;
    const model::Index* index;  // of the table
  };

  using Candidates = std::map<IndexId, Candidate>;

  // The indexes that are being backfilled, those still in their resource allocation phase included.
  [[nodiscard]] Candidates find_candidates() const;
  [[nodiscard]] Candidates::const_iterator choose(const Candidates& candidates) const;
  [[nodiscard]] bool is_visible(const IndexId& id) const;
  // True if the index has all its entries.
  Result<bool> fill(const IndexId& id, const Candidate& candidate);
  Result<void> activate(const Candidate& candidate);
  [[nodiscard]] std::chrono::microseconds rest_after(std::chrono::microseconds work);

  Dependencies with_;
  std::map<IndexId, storage::Backfill> under_way_;
  std::map<IndexId, MonotonicTime> full_since_;  // those that have all entries, and are not ACTIVE yet
  IndexId last_{};                               // whose turn it was
  RequestLoad load_;
  bool is_busy_ = true;  // there were requests since the last step but one
  std::atomic<std::uint64_t> indexes_{0};
  std::atomic<std::uint64_t> items_read_{0};
  std::atomic<std::uint64_t> entries_written_{0};
};

}  // namespace stator::jobs
