#include "server/check.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/clock.h"
#include "config/parse.h"
#include "kv/open.h"
#include "storage/check.h"

namespace stator::server {
namespace {

Result<storage::CheckReport> check_folder(const std::filesystem::path& folder) {
  // To open it would make it.
  if (!std::filesystem::exists(folder / "STATOR")) return fail(ErrorCode::kIncompatible, "it is no data folder");
  const SystemClock clock;
  TRY_ASSIGN(const auto store, kv::open_rocksdb_store({.folder = folder}, clock));
  return storage::check(*store->snapshot());
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
