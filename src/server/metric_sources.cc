#include "server/metric_sources.h"

#include <fstream>
#include <string>

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

}  // namespace

void add_server_sources(obs::Metrics& metrics, const http::Server& server) {
  using Stats = http::ServerStats;
  metrics.add_source("stator_connections_open", "Connections open now.", "gauge",
                     [&server] { return static_cast<double>(server.stats().connections_open); });
  const auto counter = [&](std::string name, std::string help, std::uint64_t Stats::* member) {
    metrics.add_source(std::move(name), std::move(help), "counter",
                       [&server, member] { return static_cast<double>(server.stats().*member); });
  };
  counter("stator_connections_accepted_total", "Connections accepted.", &Stats::connections_accepted);
  counter("stator_connections_refused_total", "Connections closed at once for being too many.",
          &Stats::connections_refused);
  counter("stator_http_requests_total", "HTTP requests of any kind.", &Stats::requests);
  counter("stator_http_bad_requests_total", "Requests refused as malformed, too large or too slow.",
          &Stats::bad_requests);
}

void add_engine_sources(obs::Metrics& metrics, const kv::Engine& engine) {
  using Stats = kv::EngineStats;
  const auto add = [&](std::string name, std::string help, std::string type, std::uint64_t Stats::* member,
                       double scale = 1) {
    metrics.add_source(std::move(name), std::move(help), std::move(type),
                       [&engine, member, scale] { return static_cast<double>(engine.stats().*member) * scale; });
  };
  add("stator_commits_total", "Commits made.", "counter", &Stats::commits);
  add("stator_commit_groups_total", "Writes to the log, each of the commits that had gathered.", "counter",
      &Stats::groups);
  add("stator_commit_groups_failed_total", "Writes to the log that failed.", "counter", &Stats::failed_groups);
  add("stator_commit_sync_seconds_total", "Time spent writing and syncing the log.", "counter", &Stats::sync_micros,
      kMicro);
  add("stator_commit_sync_last_seconds", "Time that the last write to the log took.", "gauge", &Stats::last_sync_micros,
      kMicro);
  add("stator_engine_disk_bytes", "Bytes on disk, approximately.", "gauge", &Stats::disk_bytes);
  add("stator_engine_memory_bytes", "Bytes of memtables and caches, approximately.", "gauge", &Stats::memory_bytes);
}

void add_process_sources(obs::Metrics& metrics) {
  metrics.add_source("process_resident_memory_bytes", "Resident memory of the process.", "gauge", resident_bytes);
}

}  // namespace stator::server
