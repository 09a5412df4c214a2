// The background job of time to live: deletes the items whose time is over.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "jobs/request_load.h"
#include "obs/log.h"
#include "storage/storage.h"

namespace stator::jobs {

// One step deletes some of each table's items. step() by one thread, items_deleted() by any.
class ExpiryJob {
 public:
  struct Dependencies {
    storage::Storage& storage;
    const Clock& clock;
    obs::Log& log;
    std::chrono::milliseconds delay;  // after an item's time, at least
    // The requests answered so far: while there are some, the job leaves them most of the machine.
    std::function<std::uint64_t()> requests;
  };
  explicit ExpiryJob(Dependencies dependencies) : with_(std::move(dependencies)), load_(with_.requests) {}

  // Answers how long to rest before the next step.
  std::chrono::microseconds step();

  [[nodiscard]] std::uint64_t items_deleted() const { return deleted_.load(std::memory_order_relaxed); }

 private:
  // How far the walk through a table's expired items has come, and when it last began at the first of them.
  struct Walk {
    std::string position;
    MonotonicTime begun;
  };

  // True if there may be more to delete now.
  Result<bool> sweep(const storage::TablePtr& table);
  struct Expired {
    std::vector<model::Item> keys;  // of some items that may be deleted
    std::string position;           // behind them
    bool has_more = false;
  };
  Result<Expired> find_expired(const storage::TableHandle& table, std::string position) const;
  Result<void> delete_expired(const storage::TableHandle& table, const std::vector<model::Item>& keys);
  // The times that items are deleted for: from this second on, and before that one.
  struct Seconds {
    std::int64_t first;
    std::int64_t end;
  };
  [[nodiscard]] Seconds expired_seconds() const;

  Dependencies with_;
  std::map<std::pair<TableNumber, IndexNumber>, Walk> walks_;  // by the expiry index
  RequestLoad load_;
  std::atomic<std::uint64_t> deleted_{0};
};

}  // namespace stator::jobs
