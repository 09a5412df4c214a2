#include "config/bench_flags.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/units.h"

namespace stator::config {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kFooter =
    "Without --rate each connection sends a request as soon as it has the answer to the one before. With it requests\n"
    "are due at their own times, whatever the answers do, and their time counts from when they were due: what waits\n"
    "for a slow server is not left out.\n"
    "\n"
    "Operations: Query reads ten items of the index by-g0, AddIndex is one UpdateTable that adds it; batches have 25\n"
    "items, transactions 4. All connections of Count... add to one item, which is compared with what was\n"
    "acknowledged.\n"
    "Workloads are YCSB's: a half reads, half updates; b 95 % reads; c reads; d reads of what is new, 5 % inserts;\n"
    "e short scans (Query), 5 % inserts; f half reads, half reads that an update follows.\n"
    "\n"
    "Exit codes: 0 measured, 1 nothing succeeded or the data is wrong, 2 wrong usage.";

struct Flag {
  std::string_view name;
  std::string_view placeholder;  // empty for a switch
  std::string_view help;
  std::function<Result<void>(BenchOptions&, std::string_view text)> set;
  std::string shown;  // the default, in the help
};

Flag endpoint(std::string_view help) {
  const auto set = [](BenchOptions& options, std::string_view value) -> Result<void> {
    TRY_ASSIGN(options.endpoint, parse_http_url(value));
    if (!options.endpoint.target.empty() && options.endpoint.target != "/") {
      return fail_validation(fmt::format("'{}' has a path, which no such server has", value));
    }
    return {};
  };
  return {"endpoint", "URL", help, set, "http://127.0.0.1:8000"};
}

Flag text(std::string_view name, std::string_view placeholder, std::string BenchOptions::* member,
          std::string_view help) {
  const auto set = [member](BenchOptions& options, std::string_view value) -> Result<void> {
    // They are sent as they are, in heads and in JSON.
    const auto odd = [](char c) { return c <= ' ' || c == '"' || c == '\\' || c == '\x7f'; };
    if (value.empty()) return fail_validation("must not be empty");
    if (std::ranges::any_of(value, odd)) return fail_validation(fmt::format("'{}' has odd characters", value));
    options.*member = value;
    return {};
  };
  return {name, placeholder, help, set, BenchOptions{}.*member};
}

Flag choice(std::string_view name, std::string BenchOptions::* member, std::span<const std::string_view> allowed,
            std::string_view help) {
  const auto set = [member, allowed](BenchOptions& options, std::string_view value) -> Result<void> {
    if (std::ranges::find(allowed, value) == allowed.end()) {
      return fail_validation(fmt::format("'{}' is not one of {}", value, fmt::join(allowed, ", ")));
    }
    options.*member = value;
    return {};
  };
  return {name, "NAME", help, set, BenchOptions{}.*member};
}

template <class Number>
Flag number(std::string_view name, Number BenchOptions::* member, std::uint64_t least, std::uint64_t most,
            std::string_view help) {
  const auto set = [member, least, most](BenchOptions& options, std::string_view value) -> Result<void> {
    const auto parsed = parse_number(value);
    if (!parsed || *parsed < least || *parsed > most) {
      return fail_validation(fmt::format("'{}' is not a number from {} to {}", value, least, most));
    }
    options.*member = static_cast<Number>(*parsed);
    return {};
  };
  return {name, "N", help, set, fmt::to_string(BenchOptions{}.*member)};
}

Flag item_size() {
  const auto set = [](BenchOptions& options, std::string_view value) -> Result<void> {
    constexpr std::size_t kMost = 390 * 1024;  // of an item's 400 KiB, what other attributes leave
    const auto parsed = parse_size(value);
    if (!parsed || *parsed < 10 || *parsed > kMost) {
      return fail_validation(fmt::format("'{}' is not a size from 10 to {}", value, format_size(kMost)));
    }
    options.item_bytes = *parsed;
    return {};
  };
  return {"item-size", "SIZE", "An item's size, about", set, fmt::to_string(BenchOptions{}.item_bytes)};
}

Flag duration(std::string_view name, milliseconds BenchOptions::* member, milliseconds least, std::string_view help) {
  const auto set = [member, least](BenchOptions& options, std::string_view value) -> Result<void> {
    constexpr milliseconds kLongest = std::chrono::hours{24};
    const auto parsed = parse_duration(value);
    if (!parsed || *parsed < least || *parsed > kLongest) {
      return fail_validation(fmt::format("'{}' is not a time from {} to {}, such as 500ms, 30s or 5m", value,
                                         format_duration(least), format_duration(kLongest)));
    }
    options.*member = *parsed;
    return {};
  };
  return {name, "TIME", help, set, format_duration(BenchOptions{}.*member)};
}

Flag toggle(std::string_view name, bool BenchOptions::* member, std::string_view help) {
  const auto set = [member](BenchOptions& options, std::string_view value) -> Result<void> {
    if (value != "true" && value != "false") {
      return fail_validation(fmt::format("'{}' is neither true nor false", value));
    }
    options.*member = value == "true";
    return {};
  };
  return {name, "", help, set, {}};
}

Flag output() {
  const auto set = [](BenchOptions& options, std::string_view value) -> Result<void> {
    if (value != "table" && value != "json") {
      return fail_validation(fmt::format("'{}' is not one of table, json", value));
    }
    options.output = value == "json" ? BenchOutput::kJson : BenchOutput::kTable;
    return {};
  };
  return {"output", "NAME", "How the result is printed: table or json", set, "table"};
}

std::vector<Flag> make_flags() {
  using O = BenchOptions;
  constexpr std::uint64_t kMillion = 1'000'000;
  return {
      endpoint("The server"),
      choice("operation", &O::operation, kBenchOperations, "What is asked for"),
      choice("workload", &O::workload, kBenchWorkloads, "Ask for a mix instead: a, b, c, d, e or f"),
      choice("distribution", &O::distribution, kBenchDistributions,
             "Which items a workload asks for: uniform, zipfian or latest; else as YCSB has it"),
      number("connections", &O::connections, 1, 20'000, "Connections, each with one request at a time"),
      duration("duration", &O::duration, milliseconds{1}, "How long it is measured"),
      duration("warm-up", &O::warm_up, milliseconds{0}, "For how long before that requests are sent unmeasured"),
      number("rate", &O::rate, 1, 10 * kMillion, "Requests a second that are due, whatever the answers do"),
      toggle("once", &O::once, "Send each request of the operation once, however long it takes"),
      duration("timeout", &O::timeout, milliseconds{1}, "Until an answer is given up"),
      text("table", "NAME", &O::table, "The table"),
      number("items", &O::items, 100, 100 * kMillion, "How many items the table has"),
      item_size(),
      number("indexes", &O::indexes, 0, 3, "Global secondary indexes of the table that is created"),
      choice("projection", &O::projection, kBenchProjections, "What the indexes have of an item: ALL or KEYS_ONLY"),
      toggle("create-table", &O::create_table, "Create the table, fill it (not with --once), and delete it in the end"),
      toggle("keep", &O::keep, "Do not delete the table that was created"),
      toggle("tokens", &O::tokens, "TransactWriteItems: each request has a ClientRequestToken of its own"),
      text("region", "NAME", &O::region, "The region that requests are signed for"),
      text("access-key", "ID", &O::access_key, "The access key id that signs"),
      text("secret-key", "KEY", &O::secret_key, "Its secret"),
      number("seed", &O::seed, 0, ~std::uint64_t{0} >> 1, "Which random choices are made"),
      output(),
      toggle("progress", &O::progress, "Tell each second how it goes; done anyway if standard error is a terminal"),
  };
}

Result<void> check_together(const BenchFlags& flags, const BenchOptions& options) {
  const auto given = [&](std::string_view name) { return flags.app->count(fmt::format("--{}", name)) > 0; };
  const bool is_workload = !options.workload.empty();
  if (is_workload && given("operation")) return fail_validation("--operation and --workload exclude each other");
  if (!options.distribution.empty() && !is_workload) return fail_validation("--distribution is for --workload only");
  if (is_workload && options.once) return fail_validation("--once is for --operation only");
  if (options.once && options.rate > 0) return fail_validation("--once and --rate exclude each other");
  if (options.tokens && options.operation != "TransactWriteItems") {
    return fail_validation("--tokens is for --operation TransactWriteItems only");
  }
  if (options.keep && !options.create_table) return fail_validation("--keep is for --create-table only");
  return {};
}

}  // namespace

void add_bench(CLI::App& root, BenchFlags& flags) {
  flags.app = root.add_subcommand("bench", "Send requests to a server that speaks DynamoDB, and measure it");
  flags.app->footer(std::string(kFooter));
  for (const Flag& flag : make_flags()) {
    const std::string name = fmt::format("--{}", flag.name);
    std::string& value = flags.values[flag.name];
    if (flag.placeholder.empty()) {
      flags.app->add_flag(name, value, std::string(flag.help));
    } else {
      CLI::Option* option = flags.app->add_option(name, value, std::string(flag.help));
      option->type_name(std::string(flag.placeholder));
      if (!flag.shown.empty() && flag.shown != "0") option->default_str(flag.shown);
    }
  }
}

Result<BenchOptions> resolve_bench(const BenchFlags& flags) {
  BenchOptions options;
  for (const Flag& flag : make_flags()) {
    const std::string name = fmt::format("--{}", flag.name);
    if (flags.app->count(name) == 0) continue;
    if (const auto done = flag.set(options, flags.values.at(flag.name)); !done) {
      return fail_validation(fmt::format("{}: {}", name, done.error().message));
    }
  }
  if (options.operation == "AddIndex") options.once = true;
  TRY(check_together(flags, options));
  return options;
}

}  // namespace stator::config
