#include "config/sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::config {
namespace {

using std::chrono::seconds;

Result<ServeOptions> read(const std::string& text, const std::string& lambda_endpoint = {}) {
  ServeOptions options;
  options.lambda_endpoint = lambda_endpoint;
  TRY_ASSIGN(const auto entries, parse_toml(text));
  TRY(read_sections(entries, "f.toml", options));
  TRY(check_sections(options, "f.toml"));
  return options;
}

TEST(Sections, Example) {
  const auto options = read(R"(
[functions.audit]
url = "http://127.0.0.1:9000"

[functions.orders]
command = ["node", "handler.mjs"]    # the event on standard input
timeout = "90s"
concurrency = 4

[destinations.failed-orders]
file = "failed.jsonl"
[destinations."web.fifo"]
url = "http://[::1]:8080/failed"
[destinations.run]
command = ["./notify"]

[triggers.orders-audit]
table = "Orders"
function = "audit"

[triggers.all]
table = "Orders.v2"
function = "arn:aws:lambda:eu-west-1:000000000000:function:orders:$LATEST"
region = "eu-west-1"
starting-position = "LATEST"
batch-size = 10
batching-window = "5s"
parallelization-factor = 2
retry-attempts = 3
record-age = "2h"
bisect-batch-on-function-error = true
report_batch_item_failures = true
filters = [
  '{"eventName":["INSERT"]}',                  # the # and the ] of a text are its own
  '{"dynamodb":{"Keys":{"id":{"S":["#1"]}}}}',
]
on-failure = "arn:aws:sqs:us-east-1:000000000000:failed-orders"
)");
  ASSERT_TRUE(options.has_value()) << options.error().message;
  ASSERT_EQ(options->functions.size(), 2U);
  EXPECT_EQ(options->functions[0].name, "audit");
  EXPECT_EQ(options->functions[0].url, "http://127.0.0.1:9000");
  EXPECT_EQ(options->functions[0].timeout, seconds(60));
  EXPECT_EQ(options->functions[0].concurrency, 0U);
  EXPECT_EQ(options->functions[1].command, (std::vector<std::string>{"node", "handler.mjs"}));
  EXPECT_EQ(options->functions[1].timeout, seconds(90));
  EXPECT_EQ(options->functions[1].concurrency, 4U);
  ASSERT_EQ(options->destinations.size(), 3U);
  EXPECT_EQ(options->destinations[0].file, "failed.jsonl");
  EXPECT_EQ(options->destinations[1].name, "web.fifo");
  ASSERT_EQ(options->triggers.size(), 2U);
  const TriggerOptions& plain = options->triggers[0];
  EXPECT_EQ(plain.name, "orders-audit");
  EXPECT_EQ(plain.region, "us-east-1");
  EXPECT_EQ(plain.starting_position, "TRIM_HORIZON");
  EXPECT_EQ(plain.batch_size, 100);
  EXPECT_EQ(plain.record_age_seconds, -1);
  EXPECT_TRUE(plain.filters.empty());
  const TriggerOptions& full = options->triggers[1];
  EXPECT_EQ(full.table, "Orders.v2");
  EXPECT_EQ(full.function, "arn:aws:lambda:eu-west-1:000000000000:function:orders:$LATEST");
  EXPECT_EQ(full.region, "eu-west-1");
  EXPECT_EQ(full.starting_position, "LATEST");
  EXPECT_EQ(full.batch_size, 10);
  EXPECT_EQ(full.batching_window, seconds(5));
  EXPECT_EQ(full.parallelization_factor, 2);
  EXPECT_EQ(full.retry_attempts, 3);
  EXPECT_EQ(full.record_age_seconds, 7200);
  EXPECT_TRUE(full.bisect_batch_on_function_error);
  EXPECT_TRUE(full.report_batch_item_failures);
  EXPECT_EQ(full.filters,
            (std::vector<std::string>{R"({"eventName":["INSERT"]})", R"({"dynamodb":{"Keys":{"id":{"S":["#1"]}}}})"}));
  EXPECT_EQ(full.on_failure, "arn:aws:sqs:us-east-1:000000000000:failed-orders");
}

TEST(Sections, FunctionsByManyNames) {
  for (const std::string name :
       {"audit", "audit:1", "audit:live", "audit:$LATEST", "function:audit", "000000000000:function:audit",
        "000000000000:audit", "arn:aws:lambda:us-east-1:000000000000:function:audit",
        "arn:aws:lambda:us-east-1:000000000000:function:audit:live"}) {
    const std::string text = "[triggers.t]\ntable = Orders\nfunction = '" + name + "'\n";
    EXPECT_TRUE(read("[functions.audit]\ncommand = [cat]\n" + text).has_value()) << name;
    const auto undeclared = read(text);
    ASSERT_FALSE(undeclared.has_value()) << name;
    EXPECT_EQ(
        undeclared.error().message,
        "f.toml: [triggers.t]: function: there is no [functions.audit], and no lambda-endpoint that might have it");
    EXPECT_TRUE(read(text, "http://127.0.0.1:3001").has_value()) << name;
  }
}

TEST(Sections, Limits) {
  const std::string head = "[functions.f]\ncommand = [cat]\n[triggers.t]\ntable = Orders\nfunction = f\n";
  struct Row {
    std::string key;
    std::vector<std::string> good;
    std::vector<std::string> bad;
    std::string said;
  };
  const std::string many_filters = "['{}','{}','{}','{}','{}','{}']";
  for (const Row& row : std::vector<Row>{
           {"batch-size", {"1", "10000", "\"7\""}, {"0", "10001", "-1", "x", "1.5"}, "is not a number from 1 to 10000"},
           {"batching-window", {"0", "5m", "\"300s\""}, {"301", "500ms", "-1", "x"}, "whole seconds from 0s to 5m"},
           {"parallelization-factor", {"1", "10"}, {"0", "11"}, "is not a number from 1 to 10"},
           {"retry-attempts", {"-1", "0", "10000"}, {"-2", "10001", "x"}, "neither -1, for ever, nor a number from 0"},
           {"record-age", {"-1", "60", "1m", "168h"}, {"59", "0", "169h", "60500ms", "-2"}, "from 1m to 168h"},
           {"bisect-batch-on-function-error", {"true", "false"}, {"1", "yes"}, "is neither true nor false"},
           {"starting-position", {"LATEST", "TRIM_HORIZON"}, {"latest", "AT_TIMESTAMP"}, "is not one of TRIM_HORIZON"},
           {"region", {"us-gov-east-1"}, {"''", "'us east'"}, "is not a region's name"},
           {"filters", {"[]", "['{}']"}, {many_filters}, "has more than 5"},
           {"filters", {}, {"['" + std::string(4097, 'x') + "']"}, "has one longer than 4096 bytes"},
           {"filters", {}, {"'{}'"}, "takes a list"},
           {"batch-size", {}, {"[1]"}, "takes one value"},
       }) {
    for (const std::string& value : row.good) {
      const auto options = read(head + row.key + " = " + value);
      EXPECT_TRUE(options.has_value()) << row.key << " = " << value << ": " << options.error().message;
    }
    for (const std::string& value : row.bad) {
      const auto options = read(head + row.key + " = " + value);
      ASSERT_FALSE(options.has_value()) << row.key << " = " << value;
      EXPECT_THAT(options.error().message, testing::StartsWith("f.toml:6: [triggers.t]: " + row.key + ": "));
      EXPECT_THAT(options.error().message, testing::HasSubstr(row.said)) << row.key;
    }
  }
}

TEST(Sections, Mistakes) {
  const std::string function = "[functions.f]\ncommand = [cat]\n";
  struct Row {
    std::string text;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"[functions.a]", "f.toml: [functions.a]: needs url or command"},
           {"[destinations.a]", "f.toml: [destinations.a]: needs url, command or file"},
           {"[functions.a]\nurl = 'http://x'\ncommand = [x]",
            "f.toml: [functions.a]: can have only one of url or command"},
           {"[destinations.a]\nfile = x\ncommand = [x]",
            "f.toml: [destinations.a]: can have only one of url, command or file"},
           {"[functions.a]\nfile = x", "f.toml:2: [functions.a]: there is no setting 'file'"},
           {"[functions.a]\nULR = x", "f.toml:2: [functions.a]: there is no setting 'ULR'"},
           {"[functions.a]\nurl = 'https://x'", "f.toml:2: [functions.a]: url: 'https://x' is https"},
           {"[functions.a]\nurl = 'x:80'", "f.toml:2: [functions.a]: url: 'x:80' is not a URL"},
           {"[functions.a]\ncommand = 'node x'", "f.toml:2: [functions.a]: command: takes a list"},
           {"[functions.a]\ncommand = []", "f.toml:2: [functions.a]: command: has no program"},
           {"[functions.a]\ncommand = ['']", "f.toml:2: [functions.a]: command: has no program"},
           {"[functions.a]\ncommand = [x, \"\\u0000\"]", "f.toml:2: [functions.a]: command: has a word with a zero"},
           {"[destinations.a]\nfile = ''", "f.toml:2: [destinations.a]: file: is no path"},
           {"[functions.a]\ntimeout = 0", "f.toml:2: [functions.a]: timeout: '0' is not a time such as"},
           {"[functions.a]\ntimeout = 25h", "f.toml:2: [functions.a]: timeout: '25h' is not a time such as"},
           {"[functions.a]\nconcurrency = 0", "f.toml:2: [functions.a]: concurrency: '0' is not a number from 1 to"},
           {"[functions]\nurl = x", "f.toml:2: a section of functions is called [functions.NAME]"},
           {"[functions.a.b]", "f.toml:1: a section of functions is called [functions.NAME]"},
           {"[functions.'a b']", "f.toml:1: [functions.a b]: has characters that a name cannot have"},
           {"[functions.'a.b']", "f.toml:1: [functions.a.b]: has characters that a name cannot have"},
           {"[functions." + std::string(65, 'a') + "]", "f.toml:1: [functions.aaa"},
           {"[triggers.t]\nfunction = f", "f.toml: [triggers.t]: needs a table"},
           {"[triggers.t]\ntable = Orders", "f.toml: [triggers.t]: needs a function"},
           {"[triggers.t]\ntable = ab", "f.toml:2: [triggers.t]: table: 'ab' is not a table's name"},
           {"[triggers.t]\ntable = 'a b c'", "f.toml:2: [triggers.t]: table: 'a b c' is not a table's name"},
           {"[triggers.t]\nfunction = 'a/b'", "f.toml:2: [triggers.t]: function: 'a/b' is not a function's name"},
           {"[triggers.t]\nfunction = 'arn:aws:sqs:us-east-1:000000000000:a'", "f.toml:2: [triggers.t]: function: "},
           {"[triggers.t]\non-failure = failed", "f.toml:2: [triggers.t]: on-failure: 'failed' is not the ARN of"},
           {function + "[triggers.t]\ntable = Orders\nfunction = f\non-failure = 'arn:aws:s3:::failed'",
            "f.toml: [triggers.t]: on-failure: there is no [destinations.failed]"},
           {function + "[triggers.t]\ntable = Orders\nfunction = g",
            "f.toml: [triggers.t]: function: there is no [functions.g]"},
           {function + "[functions.f]", "line 3: [functions.f] is there twice"},
       }) {
    const auto options = read(row.text);
    ASSERT_FALSE(options.has_value()) << row.text;
    EXPECT_EQ(options.error().code, ErrorCode::kValidation);
    EXPECT_THAT(options.error().message, testing::StartsWith(row.want)) << row.text;
  }
}

TEST(Sections, OthersAreNot) {
  const auto entries =
      parse_toml("a = 1\n[serve]\nb = 2\n[function.c]\n[functions.d]\nurl = e\n[triggers]\nf.table = g");
  ASSERT_TRUE(entries.has_value());
  std::vector<bool> are;
  for (const TomlEntry& entry : *entries) are.push_back(is_section(entry));
  EXPECT_EQ(are, (std::vector<bool>{false, false, false, false, true, true, true, true}));
}

}  // namespace
}  // namespace stator::config
