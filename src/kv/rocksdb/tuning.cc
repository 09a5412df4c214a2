#include "kv/rocksdb/tuning.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <sys/resource.h>

#include "kv/rocksdb/quiet_log.h"

namespace stator::kv {
namespace {

rocksdb::CompressionType best_compression() {
  const std::vector<rocksdb::CompressionType> supported = rocksdb::GetSupportedCompressions();
  for (const auto wanted : {rocksdb::kLZ4Compression, rocksdb::kZSTD, rocksdb::kSnappyCompression}) {
    if (std::ranges::find(supported, wanted) != supported.end()) return wanted;
  }
  return rocksdb::kNoCompression;
}

// A quarter of what the process may have open; the rest is for connections.
int file_limit() {
  constexpr rlim_t kFewest = 64;
  constexpr rlim_t kMost = 4096;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewest;
  return static_cast<int>(std::clamp(limit.rlim_cur / 4, kFewest, kMost));
}

// In the cache, so that its size bounds the memory of any amount of data.
rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  return table;
}

rocksdb::BlockBasedTableOptions item_tables(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table = table_options(cache);
  table.block_size = 8UL << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.optimize_filters_for_memory = true;
  // What was just written is what is read next: without this a flush would send those reads to the disk.
  table.prepopulate_block_cache = rocksdb::BlockBasedTableOptions::PrepopulateBlockCache::kFlushOnly;
  return table;
}

// Who follows a log reads it in order, and mostly before it leaves the memtable.
rocksdb::BlockBasedTableOptions log_tables(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table = table_options(cache);
  table.block_size = 64UL << 10;
  return table;
}

// Of the logs that the last process left.
std::uintmax_t log_bytes(const std::filesystem::path& folder) {
  std::uintmax_t bytes = 0;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    std::error_code gone;
    const std::uintmax_t size = files->path().extension() == ".log" ? files->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

void set_start_and_stop(rocksdb::DBOptions& options, const std::filesystem::path& folder, const Clock& clock) {
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.skip_stats_update_on_db_open = true;
  options.skip_checking_sst_file_sizes_on_db_open = true;
  options.max_file_opening_threads = 4;
  // A long log is only read at the start, not also written to a table; a short one is, so that it can go.
  constexpr std::uintmax_t kLongLog = 4UL << 20;
  options.avoid_flush_during_recovery = log_bytes(folder) > kLongLog;
  // The store flushes by itself what should be flushed.
  options.avoid_flush_during_shutdown = true;
  options.max_open_files = file_limit();
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.info_log = make_quiet_log(folder / "LOG", clock);
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  // The store resumes after an error, not a thread of RocksDB's.
  options.max_bgerror_resume_count = 0;
}

void set_log(rocksdb::DBOptions& options) {
  // What a power cut leaves of the last, never acknowledged write may be torn anywhere in it, not only cut short: this
  // mode ends the log there, where others would refuse to open it. RocksDB does not use log files again with it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
}

void set_one_writer(rocksdb::DBOptions& options) {
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  // An event loop that lets go of the last reference to a file must not be the one that deletes it.
  options.avoid_unnecessary_blocking_io = true;
}

}  // namespace

rocksdb::DBOptions make_database_options(const DiskOptions& disk, const std::filesystem::path& folder,
                                         const Clock& clock) {
  rocksdb::DBOptions options;
  set_start_and_stop(options, folder, clock);
  set_log(options);
  set_one_writer(options);
  // Without a log, what one family has on the disk must not tell of what the other has lost.
  options.atomic_flush = disk.durability == Durability::kNone;
  options.bytes_per_sync = 1UL << 20;
  options.max_manifest_file_size = 16UL << 20;
  options.manifest_preallocation_size = 64UL << 10;
  options.max_background_jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency() / 2, 2U, 8U));
  return options;
}

FamilyOptions make_family_options(const DiskOptions& disk) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(disk.cache_bytes / 2);
  rocksdb::ColumnFamilyOptions both;
  both.write_buffer_size = disk.memtable_bytes;
  both.max_write_buffer_number = 3;
  both.compression = best_compression();
  both.level_compaction_dynamic_level_bytes = true;
  // memtable_insert_with_hint_prefix_extractor would spare a log's entries the search for their place, but RocksDB
  // takes one hint for entries and for erasures of ranges, which are two lists: trimming a log would damage both.
  FamilyOptions families{.items = both, .logs = both};
  families.items.table_factory.reset(rocksdb::NewBlockBasedTableFactory(item_tables(cache)));
  families.logs.table_factory.reset(rocksdb::NewBlockBasedTableFactory(log_tables(cache)));
  return families;
}

}  // namespace stator::kv
