// stator_load: sends signed requests over some connections for some seconds, each connection one at a time, and prints
// completed operations a second and latencies as one line of JSON.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "connection.h"
#include "counter.h"
#include "load.h"
#include "requests.h"
#include "signing.h"
#include "workload.h"

namespace {

namespace bench = stator::bench;

struct Options {
  std::uint16_t port = 8000;
  std::string operation = "GetItem";
  std::string table = "bench";
  unsigned connections = 1;
  double seconds = 3;
  std::size_t items = 10'000;
  std::size_t item_bytes = 1000;
  unsigned indexes = 0;
  bool tokens = false;
  bool create_table = false;
  bool once = false;
};

// An operation whose requests are the same in every run.
struct Bodies {
  std::string name;
  std::string sent_as;
  std::vector<std::string> (*make)(const bench::Items&);
};

const std::vector<Bodies> kBodies{
    {"GetItem", "GetItem", bench::get_bodies},
    {"PutItem", "PutItem", bench::put_bodies},
    {"Query", "Query", bench::query_bodies},
    {"BatchGetItem", "BatchGetItem", bench::batch_get_bodies},
    {"BatchWriteItem", "BatchWriteItem", bench::batch_write_bodies},
    {"TransactGetItems", "TransactGetItems", bench::transact_get_bodies},
    {"TransactWriteItems", "TransactWriteItems", bench::transact_write_bodies},
    {"AddIndex", "UpdateTable", [](const bench::Items& items) { return std::vector{bench::add_index(items.table)}; }},
};

const std::vector<std::pair<std::string, bench::Counting>> kCounters{
    {"CountByAdd", bench::Counting::kAdd},
    {"CountByCondition", bench::Counting::kCondition},
    {"CountByTransaction", bench::Counting::kTransaction},
};

std::vector<std::string> operation_names() {
  std::vector<std::string> names;
  for (const Bodies& bodies : kBodies) names.push_back(bodies.name);
  for (const auto& [name, counting] : kCounters) names.push_back(name);
  return names;
}

std::unique_ptr<bench::Workload> make_workload(const Options& options) {
  for (const auto& [name, counting] : kCounters) {
    if (name != options.operation) continue;
    return std::make_unique<bench::Counter>(options.port, options.table, counting, options.connections,
                                            options.item_bytes);
  }
  // To fill a table, one item for each key will do.
  const bench::Items items{
      .table = options.table, .count = options.items, .bytes = options.item_bytes, .versions = options.once ? 1U : 2U};
  const Bodies& bodies = *std::ranges::find(kBodies, options.operation, &Bodies::name);
  if (options.tokens) {
    return std::make_unique<bench::WithTokens>(options.port, bodies.make(items), options.connections);
  }
  return std::make_unique<bench::Prepared>(options.port, bodies.sent_as, bodies.make(items), options.once);
}

void print(const Options& options, bench::Measured& measured) {
  std::vector<double>& micros = measured.micros;
  std::ranges::sort(micros);
  const auto percentile = [&](double p) {
    return micros.empty() ? 0.0 : micros[static_cast<std::size_t>(p * static_cast<double>(micros.size() - 1))];
  };
  fmt::print(R"({{"operation":"{}","connections":{},"completed":{},"refused":{},"conflicts":{},"errors":{},)"
             R"("per_second":{:.0f},"p50_us":{:.0f},"p99_us":{:.0f},"max_us":{:.0f}}})"
             "\n",
             options.operation, options.connections, micros.size(), measured.refused, measured.conflicts,
             measured.errors, static_cast<double>(micros.size()) / measured.seconds, percentile(0.5), percentile(0.99),
             percentile(1.0));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Sends signed requests to a server on this machine and measures it."};
  app.add_option("--port", options.port, "the server's port on 127.0.0.1");
  app.add_option("--operation", options.operation,
                 "Query reads ten items of an index; AddIndex is one UpdateTable that adds it; batches have 25 items, "
                 "transactions 4; all connections of Count... add to the same item")
      ->check(CLI::IsMember(operation_names()));
  app.add_option("--table", options.table, "the table's name");
  app.add_option("--connections", options.connections, "connections, each with one request at a time");
  app.add_option("--seconds", options.seconds, "how long");
  app.add_option("--items", options.items, "how many keys");
  app.add_option("--item-bytes", options.item_bytes, "an item's size");
  app.add_option("--indexes", options.indexes, "the new table's global secondary indexes");
  app.add_flag("--tokens", options.tokens, "TransactWriteItems: each request has a ClientRequestToken of its own");
  app.add_flag("--create-table", options.create_table, "create the table first");
  app.add_flag("--once", options.once, "send each request once, however long it takes");
  CLI11_PARSE(app, argc, argv);
  if (options.tokens && options.operation != "TransactWriteItems") bench::give_up("only transactions have tokens");

  if (options.create_table) {
    bench::Signer signer(options.port);
    bench::ask(options.port, signer.request("CreateTable", bench::create_table(options.table, options.indexes)));
  }
  const auto workload = make_workload(options);
  const double seconds = options.once ? std::numeric_limits<double>::infinity() : options.seconds;
  bench::Measured measured = bench::measure(options.port, options.connections, seconds, *workload);
  print(options, measured);
  if (measured.errors > 0) return 1;
  if (const auto fault = workload->fault(measured.micros.size())) bench::give_up(*fault);
  return 0;
}
