#include "server/metric_sources.h"

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace stator::server {
namespace {

constexpr double kMicro = 1e-6;

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

template <class Stats>
struct Row {
  std::string name;
  std::string help;
  std::string type;
  std::uint64_t Stats::* member;
  double scale = 1;
};

// Has each of `rows` read from one snapshot that `stats` takes.
template <class Stats>
void add_sources(obs::Metrics& metrics, const std::vector<Row<Stats>>& rows, std::function<Stats()> stats) {
  std::vector<obs::Series> series;
  for (const Row<Stats>& row : rows) series.push_back({row.name, row.help, row.type});
  metrics.add_sources(std::move(series), [rows, stats = std::move(stats)] {
    const Stats snapshot = stats();
    std::vector<double> values;
    for (const Row<Stats>& row : rows) values.push_back(static_cast<double>(snapshot.*row.member) * row.scale);
    return values;
  });
}

}  // namespace

void add_server_sources(obs::Metrics& metrics, const http::Server& server) {
  using Stats = http::ServerStats;
  add_sources<Stats>(
      metrics,
      {{"stator_connections_open", "Connections open now.", "gauge", &Stats::connections_open},
       {"stator_connections_accepted_total", "Connections accepted.", "counter", &Stats::connections_accepted},
       {"stator_connections_refused_total", "Connections closed at once for being too many.", "counter",
        &Stats::connections_refused},
       {"stator_http_requests_total", "HTTP requests of any kind.", "counter", &Stats::requests},
       {"stator_http_bad_requests_total",
        "Requests refused as malformed, too large or too slow, or for want of memory.", "counter",
        &Stats::bad_requests},
       {"stator_http_buffered_bytes", "Bytes of large request bodies held now.", "gauge", &Stats::buffered_bytes}},
      [&server] { return server.stats(); });
}

void add_engine_sources(obs::Metrics& metrics, const kv::Engine& engine) {
  using Stats = kv::EngineStats;
  add_sources<Stats>(
      metrics,
      {{"stator_commits_total", "Commits made.", "counter", &Stats::commits},
       {"stator_commit_groups_total", "Writes to the log, each of the commits that had gathered.", "counter",
        &Stats::groups},
       {"stator_commit_groups_failed_total", "Writes to the log that failed.", "counter", &Stats::failed_groups},
       {"stator_commit_sync_seconds_total", "Time spent writing and syncing the log.", "counter", &Stats::sync_micros,
        kMicro},
       {"stator_commit_sync_last_seconds", "Time that the last write to the log took.", "gauge",
        &Stats::last_sync_micros, kMicro},
       {"stator_engine_disk_bytes", "Bytes on disk, approximately.", "gauge", &Stats::disk_bytes},
       {"stator_engine_memory_bytes", "Bytes of memtables and caches, approximately.", "gauge", &Stats::memory_bytes}},
      [&engine] { return engine.stats(); });
}

void add_backfill_sources(obs::Metrics& metrics, const jobs::BackfillJob& job) {
  using Stats = jobs::BackfillStats;
  add_sources<Stats>(
      metrics,
      {{"stator_backfill_indexes", "Indexes being backfilled now.", "gauge", &Stats::indexes},
       {"stator_backfill_items_total", "Items that backfills have looked at.", "counter", &Stats::items_read},
       {"stator_backfill_entries_total", "Entries that backfills have written.", "counter", &Stats::entries_written}},
      [&job] { return job.stats(); });
}

void add_stream_sources(obs::Metrics& metrics, const jobs::StreamJob& job) {
  using Stats = jobs::StreamStats;
  add_sources<Stats>(metrics,
                     {{"stator_stream_shards_rolled_total", "Shards of streams that others have followed.", "counter",
                       &Stats::shards_rolled},
                      {"stator_stream_changes_trimmed_total", "Changes older than streams keep them.", "counter",
                       &Stats::changes_trimmed}},
                     [&job] { return job.stats(); });
}

void add_expiry_sources(obs::Metrics& metrics, const jobs::ExpiryJob& job) {
  metrics.add_sources({{"stator_expired_items_total", "Items deleted because their time to live was over.", "counter"}},
                      [&job] { return std::vector{static_cast<double>(job.items_deleted())}; });
}

void add_trigger_sources(obs::Metrics& metrics, const lambda::Triggers& triggers) {
  using Stats = lambda::TriggerStats;
  add_sources<Stats>(
      metrics,
      {{"stator_trigger_invocations_total", "Calls of functions by triggers.", "counter", &Stats::invocations},
       {"stator_trigger_failures_total", "Those that failed, did not reach the function, or failed for some records.",
        "counter", &Stats::failures},
       {"stator_trigger_records_total", "Records that functions have done with.", "counter", &Stats::records},
       {"stator_trigger_discarded_records_total", "Records that were given up.", "counter", &Stats::discarded},
       {"stator_trigger_gaps_total", "Times that a stream had trimmed away records before they were read.", "counter",
        &Stats::gaps}},
      [&triggers] { return triggers.stats(); });
}

void add_process_sources(obs::Metrics& metrics) {
  metrics.add_sources({{"process_resident_memory_bytes", "Resident memory of the process.", "gauge"}},
                      [] { return std::vector{resident_bytes()}; });
}

}  // namespace stator::server
