#include "bench/bench.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/connection.h"
#include "bench/counter.h"
#include "bench/load.h"
#include "bench/operations.h"
#include "bench/report.h"
#include "bench/requests.h"
#include "bench/signing.h"
#include "bench/table.h"
#include "bench/ycsb.h"
#include "config/parse.h"

namespace stator::bench {
namespace {

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

class Bench {
 public:
  Bench(const config::BenchOptions& options, Address address)
      : options_(options),
        address_(std::move(address)),
        signer_(options, clock_),
        caller_(address_, signer_, options.timeout) {}

  Result<Measured> measure_all() {
    if (!options_.create_table) {
      TRY(expect_table(caller_, options_.table));
      return measure_table();
    }
    TRY(create());
    Result<Measured> measured = fill_and_measure();
    if (options_.keep) return measured;
    const auto deleted = delete_table(caller_, options_.table);
    if (measured && !deleted) return std::unexpected(deleted.error());
    return measured;
  }

 private:
  [[nodiscard]] Items items(unsigned versions) const {
    return {.table = options_.table,
            .count = options_.items,
            .bytes = options_.item_bytes,
            .versions = versions,
            .seed = options_.seed};
  }

  [[nodiscard]] LoadOptions load_options() const {
    LoadOptions load{.connections = options_.connections,
                     .warm_up = options_.warm_up,
                     .duration = options_.duration,
                     .timeout = options_.timeout,
                     .rate = options_.rate,
                     .progress = {}};
    if (options_.once) load.duration = std::chrono::hours{24};
    if (options_.progress || ::isatty(STDERR_FILENO) != 0) {
      load.progress = [](const Progress& progress) { std::fputs(progress_line(progress).c_str(), stderr); };
    }
    return load;
  }

  [[nodiscard]] bool is_workload() const { return !options_.workload.empty(); }
  [[nodiscard]] YcsbItems ycsb_items() const { return {options_.items, options_.item_bytes, options_.workload == "e"}; }

  Result<void> create() {
    return create_and_await(caller_, options_.table,
                            is_workload() ? ycsb_items().create_table(options_.table)
                                          : create_table(options_.table, options_.indexes, options_.projection));
  }

  Result<void> fill() {
    FillOptions fill{
        .table = options_.table, .items = options_.items, .item = item_maker(items(1)), .load = load_options()};
    if (is_workload()) fill.item = [ycsb = ycsb_items()](std::size_t i) { return ycsb.item(i); };
    constexpr unsigned kMostConnections = 16;
    fill.load.connections = std::min(fill.load.connections, kMostConnections);
    fill.load.warm_up = {};
    fill.load.rate = 0;
    if (fill.load.progress) fmt::print(stderr, "filling the table, {} items a request\n", kBatch);
    return fill_table(address_, signer_, clock_, fill);
  }

  Result<Measured> fill_and_measure() {
    if (!options_.once && !parse_counting(options_.operation)) TRY(fill());
    return measure_table();
  }

  Result<std::unique_ptr<Workload>> make_workload() {
    if (is_workload()) {
      return std::make_unique<Ycsb>(caller_, signer_,
                                    Ycsb::Settings{.table = options_.table,
                                                   .items = options_.items,
                                                   .item_bytes = options_.item_bytes,
                                                   .mix = mix_of(options_.workload, options_.distribution),
                                                   .connections = options_.connections,
                                                   .seed = options_.seed});
    }
    if (const auto counting = parse_counting(options_.operation)) {
      auto counter = std::make_unique<Counter>(caller_, signer_, options_.table, *counting, options_.connections,
                                               options_.item_bytes);
      TRY(counter->begin());
      return counter;
    }
    // To fill a table, one item for each key will do.
    Bodies bodies = make_bodies(options_.operation, items(options_.once ? 1 : 2));
    if (options_.tokens) return std::make_unique<WithTokens>(signer_, std::move(bodies), options_.connections);
    return std::make_unique<Operation>(options_.operation, signer_, std::move(bodies), options_.connections,
                                       options_.once);
  }

  Result<Measured> measure_table() {
    TRY_ASSIGN(const std::unique_ptr<Workload> workload, make_workload());
    TRY_ASSIGN(Measured measured, measure(address_, load_options(), clock_, *workload));
    if (!measured.broken.empty()) return measured;
    TRY_ASSIGN(const std::optional<std::string> fault, workload->fault());
    if (fault) return fail(ErrorCode::kCorruption, *fault);
    return measured;
  }

  const config::BenchOptions& options_;
  const SystemClock clock_;
  const Address address_;
  Signer signer_;
  Caller caller_;
};

Result<Measured> measure_server(const config::BenchOptions& options) {
  TRY_ASSIGN(Address address, resolve(options.endpoint));
  return Bench(options, std::move(address)).measure_all();
}

}  // namespace

int run(const config::BenchOptions& options) {
  raise_file_limit();
  const Result<Measured> measured = measure_server(options);
  if (!measured) {
    fmt::print(stderr, "stator bench: {}\n", measured.error().message);
    return config::kExitFailed;
  }
  for (const auto& [kind, failure] : measured->failures) {
    if (!failure.sample.empty()) fmt::print(stderr, "first {}: {}\n", kind, failure.sample);
  }
  const bool is_json = options.output == config::BenchOutput::kJson;
  std::fputs((is_json ? json_report(options, *measured) : table_report(options, *measured)).c_str(), stdout);
  if (!measured->broken.empty()) {
    fmt::print(stderr, "stator bench: {}\n", measured->broken);
    return config::kExitFailed;
  }
  if (measured->completed() == 0) {
    fmt::print(stderr, "stator bench: nothing succeeded\n");
    return config::kExitFailed;
  }
  return config::kExitClean;
}

}  // namespace stator::bench
