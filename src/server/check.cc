#include "server/check.h"

#include <chrono>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/parse.h"
#include "kv/open.h"
#include "storage/check.h"

namespace stator::server {
namespace {

// A line that is written over and over, once a second, for people who wait.
class ProgressLine {
 public:
  explicit ProgressLine(const Clock& clock) : clock_(clock), last_(clock.monotonic()) {}
  void show(const storage::CheckReport& report) {
    if (clock_.monotonic() - last_ < std::chrono::seconds{1}) return;
    last_ = clock_.monotonic();
    fmt::print(stderr, "\r{} items, {} entries of indexes, {} problems so far", report.items, report.entries,
               report.problem_count);
    is_shown_ = true;
  }
  ~ProgressLine() {
    if (is_shown_) fmt::print(stderr, "\n");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  const Clock& clock_;
  MonotonicTime last_;
  bool is_shown_ = false;
};

Result<storage::CheckReport> check_folder(const std::filesystem::path& folder) {
  // To open it would make it.
  if (!std::filesystem::exists(folder / "STATOR")) return fail(ErrorCode::kIncompatible, "it is no data folder");
  const SystemClock clock;
  TRY_ASSIGN(const auto store, kv::open_rocksdb_store({.folder = folder}, clock));
  if (::isatty(STDERR_FILENO) == 0) return storage::check(*store->snapshot());
  ProgressLine line(clock);
  return storage::check(*store->snapshot(), [&line](const storage::CheckReport& report) { line.show(report); });
}

}  // namespace

int check(const config::CheckOptions& options) {
  const auto report = check_folder(options.data);
  if (!report) {
    fmt::print(stderr, "stator: cannot check {}: {}\n", options.data.string(), report.error().message);
    return config::kExitFailed;
  }
  for (const std::string& problem : report->problems) fmt::print("{}\n", problem);
  fmt::print("{} tables, {} items, {} entries of indexes, {} logged changes: {} problems\n", report->tables,
             report->items, report->entries, report->changes, report->problem_count);
  return report->problem_count == 0 ? config::kExitClean : config::kExitFailed;
}

}  // namespace stator::server
