// Storage: the catalog and the items on top of an engine. Changes of the catalog are made here; reads and writes of
// items are in read_item.h, write_item.h and read_page.h, through a Session.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "codec/change_record.h"
#include "kv/engine.h"
#include "model/table.h"
#include "storage/catalog.h"
#include "storage/delayed_state.h"

namespace stator::storage {

class Storage;

// One request's dealings with storage: whether it may wait for the disk, and what its answer has to wait for.
// Not thread-safe; lives as long as the request.
struct Session {
  Storage& storage;
  kv::Wait wait = kv::Wait::kAllowed;
  codec::ChangeOrigin origin = codec::ChangeOrigin::kRequest;  // of what it writes
  std::vector<kv::Ticket> tickets{};                           // the answer leaves when all of them are done
};

struct StorageOptions {
  std::string account = "000000000000";
  std::chrono::milliseconds table_delay{0};         // how long CREATING, UPDATING and DELETING are shown
  std::chrono::milliseconds index_delay{0};         // how far global secondary indexes lag behind
  std::int64_t item_collection_limit = 10LL << 30;  // bytes
};

struct TableCounters {
  std::int64_t items = 0;
  std::int64_t bytes = 0;
};

// Thread-safe.
class Storage {
 public:
  static Result<std::unique_ptr<Storage>> open(std::unique_ptr<kv::Engine> engine, StorageOptions options,
                                               const Clock& clock, Random& random);
  ~Storage();

  [[nodiscard]] kv::Engine& engine() { return *engine_; }
  [[nodiscard]] const kv::Engine& engine() const { return *engine_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Random& random() const { return random_; }
  [[nodiscard]] const StorageOptions& options() const { return options_; }

  [[nodiscard]] std::shared_ptr<const Catalog> catalog() const;
  // What global secondary indexes are read from, null being the engine itself; and a way to let time pass for it.
  [[nodiscard]] std::shared_ptr<const kv::Reader> delayed_state() const { return delayed_.get(); }
  void note_state() { delayed_.note(); }

  // For data operations: kResourceNotFound "Requested resource not found" unless the table is there and usable.
  [[nodiscard]] Result<TablePtr> usable_table(std::string_view region, std::string_view name) const;
  // For table operations: null if there is none; a table whose deletion has run its time is none.
  [[nodiscard]] TablePtr find_table(std::string_view region, std::string_view name) const;
  // True for a table whose deletion has run its time: it is not listed any more.
  [[nodiscard]] bool is_gone(const model::Table& definition) const;
  // The same of an index: it is neither shown nor read any more.
  [[nodiscard]] bool is_gone(const model::Index& index) const;
  // Takes the indexes that are gone out of a definition, and the definitions of attributes that are no longer part of a
  // key; true if there were any.
  bool drop_gone(model::Table& definition) const;
  // The status to show now: `status` until its time has come; of an index, CREATING for as long as it is backfilled.
  [[nodiscard]] model::TableStatus status_of(const model::Table& definition) const;
  [[nodiscard]] model::TableStatus status_of(const model::Index& index) const;

  // Changes of the catalog wait for the disk; a session that may not wait gets kWouldBlock before anything is done.

  // Adds the table: fills in number, id, arn, created, status. kResourceInUse if the name is taken.
  Result<TablePtr> create_table(Session& session, model::Table table);
  // Publishes `change(current definition)`. kResourceNotFound if there is none. `change` may refuse with an Error, is
  // run under the catalog's lock, and must not touch number, region, name, id, arn, key. New shards have no number, a
  // new stream no first shard; a stream that is not enabled has no shards. It adds an index with
  // `backfilling` and no number, at the end, and takes one away by the status kDeleting: the index is erased with the
  // first change after its `status_until`, this one included.
  Result<TablePtr> change_table(Session& session, std::string_view region, std::string_view name,
                                const std::function<Result<void>(model::Table&)>& change);
  // Deletes the table and its items (with --table-delay, shows it as DELETING first). `check` may refuse.
  Result<TablePtr> delete_table(Session& session, std::string_view region, std::string_view name,
                                const std::function<Result<void>(const model::Table&)>& check);

  // Calls `listener` after each change of the catalog, or of event source mappings, on the thread that made it; it must
  // be quick. To be set before there are changes.
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }
  // Calls it.
  void announce_change() const {
    if (listener_) listener_();
  }

  // Waits until a change of the catalog that is under way, if any, is over: what a request that met a superseded table
  // does before it looks again.
  void await_change();

  // The last window of client tokens (client_token.h) before which all have been erased; 0 if that is not known.
  [[nodiscard]] std::uint32_t token_window() const { return token_window_.load(std::memory_order_relaxed); }
  void enter_token_window(std::uint32_t window) { token_window_.store(window, std::memory_order_relaxed); }

  // Of the table's items (index number 0) or of an index's entries. Exact as of the last durable commit.
  [[nodiscard]] Result<TableCounters> counters(Session& session, TableNumber table, IndexNumber index) const;

 private:
  Storage(std::unique_ptr<kv::Engine> engine, StorageOptions options, const Clock& clock, Random& random);
  Result<void> load();
  // Takes `old` (if any) out of the catalog and puts `next` (if any) in: on disk first, then for all to see. The caller
  // holds change_mutex_. After an Error all is as before.
  Result<void> replace(const TablePtr& old, const TablePtr& next);
  // Erases the tables and indexes whose deletion has run its time. The caller holds change_mutex_.
  Result<void> erase_gone();

  const std::unique_ptr<kv::Engine> engine_;
  const StorageOptions options_;
  const Clock& clock_;
  Random& random_;

  std::function<void()> listener_;
  std::atomic<std::uint32_t> token_window_ = 0;

  std::mutex change_mutex_;              // held while the catalog is changed
  std::uint32_t last_table_number_ = 0;  // guarded by change_mutex_
  std::atomic<std::shared_ptr<const Catalog>> catalog_;
  DelayedState delayed_;  // gone before the engine
};

}  // namespace stator::storage
