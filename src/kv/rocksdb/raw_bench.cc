#include "kv/rocksdb/raw_bench.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <rocksdb/db.h>

#include "base/random.h"

namespace stator::kv {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Returns how many puts have succeeded; false in `ok` if one has not.
std::uint64_t write(rocksdb::DB& database, std::uint64_t seed, std::size_t bytes, SteadyClock::time_point until,
                    std::atomic<bool>& ok) {
  SeededRandom random(seed);
  std::string value(bytes, 'v');
  for (char& c : value) c = static_cast<char>(random.next());
  rocksdb::WriteOptions options;
  options.sync = true;
  std::uint64_t puts = 0;
  while (ok && SteadyClock::now() < until) {
    if (!database.Put(options, fmt::format("key{:012}", random.next() % 1'000'000), value).ok()) ok = false;
    ++puts;
  }
  return puts;
}

}  // namespace

double measure_raw_writers(const std::filesystem::path& folder, int writers, double seconds, std::size_t bytes) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, folder.string(), &opened).ok()) return -1;
  const std::unique_ptr<rocksdb::DB> database(opened);
  const auto begun = SteadyClock::now();
  const auto until = begun + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
  std::atomic<bool> ok = true;
  std::atomic<std::uint64_t> puts = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i) {
    threads.emplace_back([&, i] { puts += write(*database, static_cast<std::uint64_t>(i), bytes, until, ok); });
  }
  for (std::thread& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  return ok ? static_cast<double>(puts) / took : -1;
}

RawScan measure_raw_scan(const std::filesystem::path& folder) {
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::OpenForReadOnly({}, folder.string(), &opened).ok()) return {};
  const std::unique_ptr<rocksdb::DB> database(opened);
  const auto begun = SteadyClock::now();
  RawScan scan;
  const std::unique_ptr<rocksdb::Iterator> entry(database->NewIterator({}));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) scan.bytes += entry->key().size() + entry->value().size();
  scan.seconds = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  return entry->status().ok() ? scan : RawScan{};
}

}  // namespace stator::kv
