#include "config/bench_flags.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/parse.h"

namespace stator::config {
namespace {

using testing::HasSubstr;

Command run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "bench");
  return parse(arguments, [](const std::string&) { return std::nullopt; });
}

TEST(BenchFlags, Defaults) {
  const Command command = run({});
  ASSERT_TRUE(std::holds_alternative<BenchOptions>(command)) << std::get<Exit>(command).text;
  const auto& options = std::get<BenchOptions>(command);
  EXPECT_EQ(options.endpoint.host, "127.0.0.1");
  EXPECT_EQ(options.endpoint.port, 8000);
  EXPECT_EQ(options.operation, "GetItem");
  EXPECT_EQ(options.rate, 0U);
  EXPECT_FALSE(options.create_table);
}

TEST(BenchFlags, Values) {
  const Command command = run({"--endpoint=http://localhost:9", "--workload", "d", "--distribution", "uniform",
                               "--connections", "3", "--duration", "500ms", "--warm-up=1s", "--rate", "1000",
                               "--item-size", "4KiB", "--create-table", "--keep", "--output", "json"});
  ASSERT_TRUE(std::holds_alternative<BenchOptions>(command)) << std::get<Exit>(command).text;
  const auto& options = std::get<BenchOptions>(command);
  EXPECT_EQ(options.endpoint.host, "localhost");
  EXPECT_EQ(options.endpoint.port, 9);
  EXPECT_EQ(options.workload, "d");
  EXPECT_EQ(options.distribution, "uniform");
  EXPECT_EQ(options.connections, 3U);
  EXPECT_EQ(options.duration, std::chrono::milliseconds{500});
  EXPECT_EQ(options.warm_up, std::chrono::seconds{1});
  EXPECT_EQ(options.rate, 1000U);
  EXPECT_EQ(options.item_bytes, 4096U);
  EXPECT_TRUE(options.create_table);
  EXPECT_TRUE(options.keep);
  EXPECT_EQ(options.output, BenchOutput::kJson);
}

TEST(BenchFlags, Endpoints) {
  struct Row {
    const char* text;
    const char* host;
    int port;  // 0: refused
  };
  for (const Row& row : {Row{"http://127.0.0.1:8000", "127.0.0.1", 8000}, Row{"http://db:1/", "db", 1},
                         Row{"http://db", "db", 80}, Row{"http://[::1]:8000", "::1", 8000}, Row{"https://db:1", "", 0},
                         Row{"db:1", "", 0}, Row{"http://db:1/path", "", 0}}) {
    const Command command = run({"--endpoint", row.text});
    const auto* options = std::get_if<BenchOptions>(&command);
    EXPECT_EQ(options != nullptr, row.port != 0) << row.text;
    if (options == nullptr || row.port == 0) continue;
    EXPECT_EQ(options->endpoint.host, row.host) << row.text;
    EXPECT_EQ(options->endpoint.port, row.port) << row.text;
  }
}

TEST(BenchFlags, WrongUsageTellsWhatAndWhere) {
  struct Row {
    const char* name;
    std::vector<const char*> arguments;
    const char* want;
  };
  const std::vector<Row> rows{
      {"endpoint", {"--endpoint", "localhost"}, "--endpoint: 'localhost' is not a URL such as"},
      {"operation", {"--operation", "Get"}, "--operation: 'Get' is not one of GetItem, PutItem"},
      {"workload", {"--workload", "g"}, "--workload: 'g' is not one of a, b, c, d, e, f"},
      {"distribution", {"--workload", "a", "--distribution", "normal"}, "--distribution: 'normal' is not one of"},
      {"rate", {"--rate", "0"}, "--rate: '0' is not a number from 1 to"},
      {"connections", {"--connections", "many"}, "--connections: 'many' is not a number"},
      {"duration", {"--duration", "0"}, "--duration: '0' is not a time from"},
      {"item size", {"--item-size", "1MiB"}, "--item-size: '1MiB' is not a size from 10 to 390KiB"},
      {"output", {"--output", "xml"}, "--output: 'xml' is not one of table, json"},
      {"table", {"--table", "a\"b"}, "--table: 'a\"b' has odd characters"},
      {"both", {"--workload", "a", "--operation", "GetItem"}, "exclude each other"},
      {"distribution alone", {"--distribution", "latest"}, "--distribution is for --workload only"},
      {"once of a workload", {"--workload", "a", "--once"}, "--once is for --operation only"},
      {"once at a rate", {"--once", "--rate", "5"}, "--once and --rate exclude each other"},
      {"tokens", {"--tokens"}, "--tokens is for --operation TransactWriteItems only"},
      {"keep", {"--keep"}, "--keep is for --create-table only"},
      {"unknown flag", {"--rat", "5"}, "--rat"},
  };
  for (const Row& row : rows) {
    const Command command = run(row.arguments);
    ASSERT_TRUE(std::holds_alternative<Exit>(command)) << row.name;
    EXPECT_EQ(std::get<Exit>(command).code, 2) << row.name;
    EXPECT_THAT(std::get<Exit>(command).text, HasSubstr(row.want)) << row.name;
  }
}

TEST(BenchFlags, Help) {
  const Command command = run({"--help"});
  ASSERT_TRUE(std::holds_alternative<Exit>(command));
  EXPECT_EQ(std::get<Exit>(command).code, 0);
  for (const char* want : {"--endpoint URL", "--workload NAME", "--rate N", "Exit codes"}) {
    EXPECT_THAT(std::get<Exit>(command).text, HasSubstr(want));
  }
}

}  // namespace
}  // namespace stator::config
