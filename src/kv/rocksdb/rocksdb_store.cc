#include "kv/rocksdb/rocksdb_store.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>
#include <sys/statvfs.h>

#include "kv/cache/cached_store.h"
#include "kv/open.h"
#include "kv/rocksdb/data_folder.h"
#include "kv/rocksdb/file_system.h"
#include "kv/rocksdb/log_check.h"
#include "kv/rocksdb/tuning.h"

namespace stator::kv {
namespace {

// The write batch's memory is kept for the next group up to this.
constexpr std::size_t kKeptBatchBytes = 4UL << 20;
// What a write to the log takes of the disk beside its bytes, or others take of it meanwhile: it must not fail.
constexpr std::size_t kLogRoom = 1UL << 20;
// How long a write waits for the repair of what another could not do.
constexpr std::chrono::seconds kResumePatience{5};

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error would_block() { return {ErrorCode::kWouldBlock, "The data is not in memory."}; }

Error error_of(const rocksdb::Status& status) {
  if (status.IsIncomplete()) return would_block();
  if (status.IsCorruption()) return {ErrorCode::kCorruption, fmt::format("The data folder: {}.", status.ToString())};
  if (status.IsNoSpace()) return {ErrorCode::kInternal, fmt::format("The disk is full: {}.", status.ToString())};
  return {ErrorCode::kInternal, fmt::format("The data folder: {}.", status.ToString())};
}

rocksdb::ReadOptions read_options(Wait wait, const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  if (wait == Wait::kNever) options.read_tier = rocksdb::kBlockCacheTier;
  return options;
}

// The database with its two column families. Thread-safe.
class Database {
 public:
  static rocksdb::Status open(const DiskOptions& disk, const rocksdb::DBOptions& options, const std::string& folder,
                              std::unique_ptr<Database>& database) {
    return open_by([&](auto... more) { return rocksdb::DB::Open(options, folder, more...); }, disk, database);
  }
  static rocksdb::Status open_to_read(const DiskOptions& disk, const rocksdb::DBOptions& options,
                                      const std::string& folder, std::unique_ptr<Database>& database) {
    return open_by([&](auto... more) { return rocksdb::DB::OpenForReadOnly(options, folder, more...); }, disk,
                   database);
  }
  static rocksdb::Status open_by(const auto& how, const DiskOptions& disk, std::unique_ptr<Database>& database) {
    FamilyOptions families = make_family_options(disk);
    const std::vector<rocksdb::ColumnFamilyDescriptor> descriptors{{rocksdb::kDefaultColumnFamilyName, families.items},
                                                                   {"logs", families.logs}};
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = how(descriptors, &handles, &opened);
    if (status.ok()) database.reset(new Database(std::unique_ptr<rocksdb::DB>(opened), std::move(handles)));
    return status;
  }
  ~Database() {
    for (rocksdb::ColumnFamilyHandle* family : families_) (void)db_->DestroyColumnFamilyHandle(family);
    (void)db_->Close();
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB* operator->() { return db_.get(); }
  rocksdb::DB* get() { return db_.get(); }
  [[nodiscard]] const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return families_; }
  // Where a key, or a range that begins with it, is.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family_of(std::string_view key) const {
    return families_[key.starts_with(kLogSpace) ? 1 : 0];
  }
  // Of both families together; what they share counts once.
  [[nodiscard]] std::uint64_t property(const std::string& name) const {
    std::uint64_t value = 0;
    if (name == rocksdb::DB::Properties::kBlockCacheUsage) {
      db_->GetIntProperty(name, &value);
    } else {
      db_->GetAggregatedIntProperty(name, &value);
    }
    return value;
  }

 private:
  Database(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : db_(std::move(db)), families_(std::move(families)) {}

  const std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> families_;  // of items, of logs
};

Result<bool> get_from(Database& db, const rocksdb::Snapshot* snapshot, std::string_view key, Wait wait,
                      std::string& value) {
  value.clear();
  const rocksdb::Status status = db->Get(read_options(wait, snapshot), db.family_of(key), slice(key), &value);
  // RocksDB says that it has found a key, and leaves the value as it was, where it had to open a file to know.
  if (status.ok() && value.empty() && wait == Wait::kNever) return std::unexpected(would_block());
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return std::unexpected(error_of(status));
}

class RocksDbCursor final : public Cursor {
 public:
  RocksDbCursor(Database& db, std::shared_ptr<const rocksdb::Snapshot> snapshot, Range range, Direction direction,
                Wait wait)
      : snapshot_(std::move(snapshot)),
        range_(std::move(range)),
        begin_(range_.begin),
        end_(range_.end),
        direction_(direction) {
    if (range_.begin >= range_.end) return;
    rocksdb::ReadOptions options = read_options(wait, snapshot_.get());
    options.iterate_lower_bound = &begin_;
    options.iterate_upper_bound = &end_;
    options.ignore_range_deletions = wait == Wait::kNever || is_erased_for_good();
    start(db, options);
    if (wait == Wait::kNever && !is_erased_for_good()) start_checked(db, options);
  }
  [[nodiscard]] bool valid() const override { return iterator_ && iterator_->Valid(); }
  [[nodiscard]] std::string_view key() const override { return view(iterator_->key()); }
  [[nodiscard]] std::string_view value() const override { return view(iterator_->value()); }
  void next() override {
    if (direction_ == Direction::kForward) {
      iterator_->Next();
    } else {
      iterator_->Prev();
    }
  }
  [[nodiscard]] Result<void> status() const override {
    if (!iterator_ || iterator_->status().ok()) return {};
    return std::unexpected(error_of(iterator_->status()));
  }

 private:
  void start(Database& db, const rocksdb::ReadOptions& options) {
    iterator_.reset(db->NewIterator(options, db.family_of(range_.begin)));
    if (direction_ == Direction::kForward) {
      iterator_->SeekToFirst();
    } else {
      iterator_->SeekToLast();
    }
  }
  // Before version 8.7 an iterator that heeds erased ranges goes on without the rest of a level, and without an error,
  // if it cannot read where the level's next file begins: because that is damaged, or not in memory and it must not
  // wait. Where erased ranges matter, one that does not heed them has to come through the same files first.
  void start_checked(Database& db, rocksdb::ReadOptions options) {
    for (;;) {
      while (valid()) next();
      if (!iterator_->status().ok()) return;
      const std::string files = files_of_iterator();
      options.ignore_range_deletions = false;
      start(db, options);
      if (files_of_iterator() == files) return;
      options.ignore_range_deletions = true;
      start(db, options);
    }
  }
  [[nodiscard]] std::string files_of_iterator() const {
    std::string number;
    (void)iterator_->GetProperty("rocksdb.iterator.super-version-number", &number);
    return number;
  }
  [[nodiscard]] bool is_erased_for_good() const {
    return range_.begin.starts_with(kItemSpace) || range_.begin.starts_with(kLogSpace);
  }

  std::shared_ptr<const rocksdb::Snapshot> snapshot_;
  Range range_;
  rocksdb::Slice begin_;  // of range_; the iterator keeps a pointer
  rocksdb::Slice end_;
  Direction direction_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksDbSnapshot final : public Reader {
 public:
  explicit RocksDbSnapshot(Database& db)
      : db_(db), snapshot_(db->GetSnapshot(), [&db](const rocksdb::Snapshot* held) { db->ReleaseSnapshot(held); }) {}
  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override {
    return get_from(db_, snapshot_.get(), key, wait, value);
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override {
    return std::make_unique<RocksDbCursor>(db_, snapshot_, range, direction, wait);
  }

 private:
  Database& db_;
  std::shared_ptr<const rocksdb::Snapshot> snapshot_;
};

// A visitor of a Batch.
class Translation {
 public:
  Translation(const Database& db, rocksdb::WriteBatch& batch) : db_(db), batch_(batch) {}
  void put(std::string_view key, std::string_view value) {
    keep(batch_.Put(db_.family_of(key), slice(key), slice(value)));
  }
  void log(std::string_view key, std::string_view value) { put(key, value); }
  void erase(std::string_view key) { keep(batch_.Delete(db_.family_of(key), slice(key))); }
  void erase_range(std::string_view begin, std::string_view end) {
    keep(batch_.DeleteRange(db_.family_of(begin), slice(begin), slice(end)));
  }
  void add(std::string_view /*key*/, std::span<const std::int64_t> /*deltas*/) {}

  rocksdb::Status status;

 private:
  void keep(const rocksdb::Status& made) {
    if (status.ok()) status = made;
  }
  const Database& db_;
  rocksdb::WriteBatch& batch_;
};

// Learns of the errors after which RocksDB refuses writes until DB::Resume(). It would also try that by itself every
// few seconds, and meanwhile refuse to be told that there is room again.
class ErrorListener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* /*error*/) override {
    has_stopped.store(true, std::memory_order_relaxed);
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* automatic) override {
    *automatic = false;
  }

  std::atomic<bool> has_stopped = false;
};

class RocksDbStore final : public Store {
 public:
  RocksDbStore(DataFolder folder, const DiskOptions& options, std::shared_ptr<ErrorListener> errors,
               std::unique_ptr<LogWatch> watch, std::unique_ptr<rocksdb::Env> env, std::unique_ptr<Database> db)
      : folder_(std::move(folder)),
        errors_(std::move(errors)),
        durability_(options.durability),
        reserve_bytes_(options.reserve_bytes),
        watch_(std::move(watch)),
        env_(std::move(env)),
        db_(std::move(db)) {
    write_options_.sync = durability_ == Durability::kSync;
    write_options_.disableWAL = durability_ == Durability::kNone;
  }

  // What is in a table need not be read from the log at the next start. If it cannot be written, nothing is lost that
  // was promised.
  ~RocksDbStore() override {
    if (resuming_.valid()) {
      rocksdb::CancelAllBackgroundWork(db_->get(), false);
      resuming_.wait();
    }
    if (needs_start_ || errors_->has_stopped.load()) return;
    if (db_->property(rocksdb::DB::Properties::kNumEntriesActiveMemTable) > 0) {
      (void)(*db_)->Flush({}, db_->families());
    }
    if (durability_ == Durability::kOs) (void)(*db_)->SyncWAL();
  }

  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override {
    return get_from(*db_, nullptr, key, wait, value);
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override {
    return std::make_unique<RocksDbCursor>(*db_, nullptr, range, direction, wait);
  }
  [[nodiscard]] std::unique_ptr<Reader> snapshot() const override { return std::make_unique<RocksDbSnapshot>(*db_); }

  Result<void> write(const Batch& batch) override {
    TRY(check_room(batch.bytes()));
    if (needs_start_) return fail_for_ever();
    if (errors_->has_stopped.load(std::memory_order_relaxed) || resuming_.valid()) TRY(resume());
    Translation translation(*db_, batch_);
    if (durability_ == Durability::kOs) translation.status = batch_.PutLogData(slice(kUnsyncedMark));
    batch.for_each(translation);
    rocksdb::Status status = translation.status;
    const std::uint64_t appended = watch_->appended.load();
    const std::uint64_t failed = watch_->failed.load();
    if (status.ok()) status = (*db_)->Write(write_options_, &batch_);
    if (batch_.GetDataSize() > kKeptBatchBytes) {
      batch_ = rocksdb::WriteBatch();
    } else {
      batch_.Clear();
    }
    if (status.ok()) return {};
    errors_->has_stopped.store(true, std::memory_order_relaxed);
    // The log has what was refused.
    needs_start_ = watch_->appended.load() != appended && watch_->failed.load() == failed;
    return needs_start_ ? fail_for_ever() : std::unexpected(error_of(status));
  }

  [[nodiscard]] StoreSizes sizes() const override {
    using Properties = rocksdb::DB::Properties;
    return {
        .disk_bytes = db_->property(Properties::kTotalSstFilesSize) + db_->property(Properties::kCurSizeAllMemTables),
        .memory_bytes = db_->property(Properties::kSizeAllMemTables) + db_->property(Properties::kBlockCacheUsage) +
                        db_->property(Properties::kEstimateTableReadersMem)};
  }

 private:
  // Asked before every write: it costs a hundredth of a sync.
  [[nodiscard]] Result<void> check_room(std::size_t bytes) const {
    struct statvfs room{};
    if (::statvfs(folder_.path().c_str(), &room) != 0) return {};
    const std::uint64_t free_bytes = std::uint64_t{room.f_bavail} * room.f_frsize;
    if (free_bytes >= reserve_bytes_ + kLogRoom + bytes) return {};
    return fail(ErrorCode::kInternal,
                fmt::format("The disk is full: the file system of {} has {} MiB free, and {} MiB are kept in reserve.",
                            folder_.path().string(), free_bytes >> 20, reserve_bytes_ >> 20));
  }

  static std::unexpected<Error> fail_for_ever() {
    return fail(ErrorCode::kInternal,
                "The disk has failed to take a write to the log; there can be no more writes until the server is "
                "started again.");
  }

  // Resuming writes the memtables to tables, and begins a new log. While there is no room for them it is not tried. It
  // may take long, and for ever: RocksDB forgets a flush that comes up between two attempts, and waits for it in the
  // next.
  //
  // A crash before it is done leaves some memtables in the log and others in tables: the log must not have what was
  // refused, or a part of that would be back. And where no memtable had anything, RocksDB would go on with a log that
  // has failed.
  Result<void> resume() {
    if (!resuming_.valid()) {
      TRY(check_room(db_->property(rocksdb::DB::Properties::kCurSizeAllMemTables)));
      errors_->has_stopped.store(false, std::memory_order_relaxed);
      resuming_ = std::async(std::launch::async, [this] { return (*db_)->Resume(); });
    }
    if (resuming_.wait_for(kResumePatience) != std::future_status::ready) {
      return fail(ErrorCode::kInternal,
                  "The disk has failed, and its repair has not ended yet; if it never does, the server must be started "
                  "again.");
    }
    rocksdb::Status status = resuming_.get();
    std::unique_ptr<rocksdb::LogFile> log;
    if (status.ok() && watch_->failed.load() != 0) status = (*db_)->GetCurrentWalFile(&log);
    needs_start_ = log && log->LogNumber() <= watch_->failed.load();
    if (status.ok() && !needs_start_) return {};
    errors_->has_stopped.store(true, std::memory_order_relaxed);
    return needs_start_ ? fail_for_ever() : std::unexpected(error_of(status));
  }

  const DataFolder folder_;
  const std::shared_ptr<ErrorListener> errors_;
  const Durability durability_;
  const std::size_t reserve_bytes_;
  rocksdb::WriteOptions write_options_;
  const std::unique_ptr<LogWatch> watch_;
  const std::unique_ptr<rocksdb::Env> env_;
  const std::unique_ptr<Database> db_;
  // The writing thread's.
  rocksdb::WriteBatch batch_;
  bool needs_start_ = false;
  std::future<rocksdb::Status> resuming_;
};

// Format 1 had the logs among the items.
rocksdb::Status move_logs(Database& db) {
  constexpr std::size_t kAtATime = 1UL << 20;
  const std::string begin(1, kLogSpace);
  const std::string end(1, kLogSpace + 1);
  const rocksdb::Slice upper = end;
  rocksdb::ReadOptions from;
  from.iterate_upper_bound = &upper;
  rocksdb::WriteOptions durably;
  durably.sync = true;
  rocksdb::ColumnFamilyHandle* items = db.families().front();
  const std::unique_ptr<rocksdb::Iterator> entry(db->NewIterator(from, items));
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  for (entry->Seek(begin); status.ok() && entry->Valid(); entry->Next()) {
    status = batch.Put(db.family_of(begin), entry->key(), entry->value());
    if (status.ok()) status = batch.Delete(items, entry->key());
    if (!status.ok() || batch.GetDataSize() < kAtATime) continue;
    status = db->Write(durably, &batch);
    batch.Clear();
  }
  if (status.ok()) status = entry->status();
  return status.ok() && batch.Count() > 0 ? db->Write(durably, &batch) : status;
}

// RocksDB leaves the log of a process that has written nothing, and reads all of them at each start.
void remove_empty_logs(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    std::error_code ignored;
    if (files->path().extension() == ".log" && files->file_size(ignored) == 0) {
      std::filesystem::remove(files->path(), ignored);
    }
  }
}

// Notes which log RocksDB reads first: older ones are only not deleted yet.
class FirstLog final : public rocksdb::WalFilter {
 public:
  WalProcessingOption LogRecordFound(unsigned long long number, const std::string& /*file*/,
                                     const rocksdb::WriteBatch& /*batch*/, rocksdb::WriteBatch* /*new_batch*/,
                                     bool* /*is_changed*/) override {
    if (number_ == 0) number_ = number;
    return WalProcessingOption::kContinueProcessing;
  }
  [[nodiscard]] const char* Name() const override { return "FirstLog"; }
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  std::uint64_t number_ = 0;
};

// 0 if that is not known. Changes nothing in the folder.
std::uint64_t first_log_in_use(const DiskOptions& disk, rocksdb::DBOptions options, const std::string& folder) {
  FirstLog first;
  options.wal_filter = &first;
  std::unique_ptr<Database> database;
  (void)Database::open_to_read(disk, options, folder, database);
  return first.number();
}

// A process that was killed may have left a write that was not synced. It will be read, so it must not go.
rocksdb::Status sync_logs(rocksdb::FileSystem& files, const std::filesystem::path& folder) {
  std::vector<std::string> names;
  rocksdb::IOStatus status = files.GetChildren(folder.string(), {}, &names, nullptr);
  for (const std::string& name : names) {
    if (!status.ok()) return status;
    if (!name.ends_with(".log")) continue;
    std::unique_ptr<rocksdb::FSWritableFile> log;
    status = files.ReopenWritableFile((folder / name).string(), {}, &log, nullptr);
    if (status.ok()) status = log->Sync({}, nullptr);
    if (status.ok()) status = log->Close({}, nullptr);
  }
  std::unique_ptr<rocksdb::FSDirectory> names_of_files;
  if (status.ok()) status = files.NewDirectory(folder.string(), {}, &names_of_files, nullptr);
  if (status.ok()) status = names_of_files->FsyncWithDirOptions({}, nullptr, {});
  return status;
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_store(const DiskOptions& options, const Clock& clock) {
  return open_rocksdb_store_over([](const auto& /*folder*/) { return rocksdb::FileSystem::Default(); }, options, clock);
}

Result<std::unique_ptr<Store>> open_rocksdb_store_over(const MakeFileSystem& make_file_system,
                                                       const DiskOptions& options, const Clock& clock) {
  TRY_ASSIGN(DataFolder folder, DataFolder::open(options.folder));
  auto watch = std::make_unique<LogWatch>();
  std::unique_ptr<rocksdb::Env> env =
      make_env(make_file_system(folder.store()), options.durability == Durability::kSync, *watch);
  remove_empty_logs(folder.store());
  const auto cannot_open = [&](Error error) {
    error.message = fmt::format("Cannot open the data folder {}: {}", folder.path().string(), error.message);
    return std::unexpected(std::move(error));
  };
  rocksdb::DBOptions tuned = make_database_options(options, folder.store(), clock);
  tuned.env = env.get();
  if (auto checked = check_logs(folder.store(), 0); !checked) {
    checked = check_logs(folder.store(), first_log_in_use(options, tuned, folder.store()));
    if (!checked) return cannot_open(checked.error());
  }
  const auto errors = std::make_shared<ErrorListener>();
  tuned.listeners.push_back(errors);
  std::unique_ptr<Database> db;
  rocksdb::Status status;
  if (tuned.avoid_flush_during_recovery) status = sync_logs(*env->GetFileSystem(), folder.store());
  if (status.ok()) status = Database::open(options, tuned, folder.store().string(), db);
  if (status.ok() && folder.needs_finish()) status = move_logs(*db);
  if (!status.ok()) return cannot_open(error_of(status));
  TRY(folder.finish());
  return make_cached_store(std::make_unique<RocksDbStore>(std::move(folder), options, errors, std::move(watch),
                                                          std::move(env), std::move(db)),
                           options.cache_bytes / 2);
}

}  // namespace stator::kv

#ifdef __SANITIZE_THREAD__
// Debian's RocksDB is built without ThreadSanitizer, which therefore does not see what its atomics order.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\n"
         "race:librocksdb.so\n";
}
#endif
