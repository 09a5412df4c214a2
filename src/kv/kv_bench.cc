// Measures commits of an engine: stator_kv_bench STORE FOLDER CLIENTS THREADS SECONDS [BYTES]
//
// Or: stator_kv_bench rawscan FOLDER, which reads all that a data folder has by RocksDB alone.
//
// STORE is memory, sync, os or none; or raw, which measures RocksDB itself with CLIENTS threads of synced writes. Each
// of CLIENTS has one commit under way, a put of BYTES under a random key that it has decided on; each of THREADS drives
// its share of the clients, as an event loop would. Prints commits a second and commits a group, then how long closing
// and opening took and what memory the process then has.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"
#include "kv/open.h"
#include "kv/rocksdb/raw_bench.h"

namespace {

using stator::kv::Batch;
using stator::kv::DecisionView;
using stator::kv::Engine;
using stator::kv::Verdict;

struct Settings {
  std::string store;
  std::string folder;
  int clients = 1;
  int threads = 1;
  double seconds = 1;
  std::size_t bytes = 1024;
};

std::unique_ptr<Engine> open_engine(const Settings& settings, const stator::Clock& clock) {
  stator::Result<std::unique_ptr<stator::kv::Store>> store = stator::kv::make_memory_store();
  if (settings.store != "memory") {
    stator::kv::DiskOptions options;
    options.folder = settings.folder;
    options.durability = settings.store == "os"     ? stator::kv::Durability::kOs
                         : settings.store == "none" ? stator::kv::Durability::kNone
                                                    : stator::kv::Durability::kSync;
    store = stator::kv::open_rocksdb_store(options, clock);
  }
  auto engine = store ? stator::kv::make_local_engine(*std::move(store), clock) : std::unexpected(store.error());
  if (!engine) {
    fmt::print(stderr, "{}\n", engine.error().message);
    std::exit(1);
  }
  return *std::move(engine);
}

// A thread with clients of its own, as an event loop has them.
class Driver {
 public:
  Driver(Engine& engine, const Settings& settings, std::uint64_t seed)
      : engine_(engine), settings_(settings), random_(seed), value_(settings.bytes, 'v') {
    for (char& c : value_) c = static_cast<char>(random_.next());
  }

  // Returns the number of commits.
  std::uint64_t run(int clients, std::chrono::steady_clock::time_point until) {
    std::uint64_t commits = 0;
    int under_way = 0;
    for (; under_way < clients; ++under_way) start();
    while (under_way > 0) {
      int completed = await();
      commits += static_cast<std::uint64_t>(completed);
      if (std::chrono::steady_clock::now() >= until) {
        under_way -= completed;
      } else {
        for (; completed > 0; --completed) start();
      }
    }
    return commits;
  }

 private:
  void start() {
    const std::vector<std::string> keys = {fmt::format("key{:012}", random_.next() % 1'000'000)};
    const auto decide = [&](const DecisionView& view, Batch& batch) -> stator::Result<Verdict> {
      TRY(view.get(0));
      batch.put(keys[0], value_, 0);
      return Verdict::kCommit;
    };
    auto ticket = engine_.commit(keys, stator::kv::Wait::kAllowed, decide);
    if (!ticket) std::abort();
    ticket->then([this](const stator::Result<void>& result) {
      if (!result) std::abort();
      const std::lock_guard lock(mutex_);
      if (++completed_ == 1) changed_.notify_one();
    });
  }
  int await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return completed_ > 0; });
    return std::exchange(completed_, 0);
  }

  Engine& engine_;
  const Settings& settings_;
  stator::SeededRandom random_;
  std::string value_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int completed_ = 0;  // guarded by mutex_
};

std::uint64_t run_drivers(Engine& engine, const Settings& settings) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                            std::chrono::duration<double>(settings.seconds));
  std::vector<std::uint64_t> commits(static_cast<std::size_t>(settings.threads));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    threads.emplace_back(
        [&, i] { commits[i] = Driver(engine, settings, i).run(settings.clients / settings.threads, until); });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t sum = 0;
  for (const std::uint64_t n : commits) sum += n;
  return sum;
}

std::string memory_line(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return line;
  }
  return {};
}

double millis_of(const auto& action) {
  const auto begun = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "rawscan") {
    const stator::kv::RawScan scan = stator::kv::measure_raw_scan(std::filesystem::path(argv[2]) / "rocksdb");
    fmt::print("{} bytes in {:.6f} s\n", scan.bytes, scan.seconds);
    return scan.bytes == 0 ? 1 : 0;
  }
  if (argc < 6) {
    fmt::print(stderr,
               "usage: {0} memory|sync|os|none|raw FOLDER CLIENTS THREADS SECONDS [BYTES]\n       {0} rawscan FOLDER\n",
               argv[0]);
    return 2;
  }
  Settings settings{.store = argv[1],
                    .folder = argv[2],
                    .clients = std::atoi(argv[3]),
                    .threads = std::atoi(argv[4]),
                    .seconds = std::atof(argv[5]),
                    .bytes = argc > 6 ? static_cast<std::size_t>(std::atoi(argv[6])) : 1024};
  if (settings.store == "raw") {
    const double rate =
        stator::kv::measure_raw_writers(settings.folder, settings.clients, settings.seconds, settings.bytes);
    fmt::print("{:.0f} commits/s\n", rate);
    return rate < 0 ? 1 : 0;
  }
  const stator::SystemClock clock;
  std::unique_ptr<Engine> engine;
  fmt::print("open {:.1f} ms, {}\n", millis_of([&] { engine = open_engine(settings, clock); }), memory_line("VmRSS"));
  if (settings.seconds > 0) {
    std::uint64_t commits = 0;
    const double millis = millis_of([&] { commits = run_drivers(*engine, settings); });
    const stator::kv::EngineStats stats = engine->stats();
    const double groups = static_cast<double>(std::max<std::uint64_t>(stats.groups, 1));
    fmt::print("{:.0f} commits/s, {:.1f} commits a group, {:.0f} us a write\n",
               static_cast<double>(commits) * 1000 / millis, static_cast<double>(stats.commits) / groups,
               static_cast<double>(stats.sync_micros) / groups);
  }
  fmt::print("close {:.1f} ms\n", millis_of([&] { engine.reset(); }));
  fmt::print("open again {:.1f} ms, {}, {}\n", millis_of([&] { engine = open_engine(settings, clock); }),
             memory_line("VmRSS"), memory_line("Threads"));
}
