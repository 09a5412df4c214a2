#include "config/parse.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "config/setting.h"

namespace stator::config {
namespace {

using testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

Command run(const std::vector<const char*>& arguments, const Variables& variables = {}) {
  return parse(arguments, [&](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  });
}

// A config file that is gone after the test.
class File {
 public:
  explicit File(const std::string& text, const std::string& name = "")
      : path_(testing::TempDir() + "stator_config_" + name + std::to_string(::getpid())) {
    std::ofstream(path_) << text;
  }
  ~File() { std::remove(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Parse, DefaultsOfServe) {
  const Command command = run({"serve"});
  ASSERT_TRUE(std::holds_alternative<ServeOptions>(command));
  const auto& options = std::get<ServeOptions>(command);
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_EQ(options.port, 8000);
  EXPECT_EQ(options.data, "stator-data");
  EXPECT_FALSE(options.in_memory);
  EXPECT_EQ(options.durability, "sync");
}

TEST(Parse, Check) {
  const Command command = run({"check", "--data", "elsewhere"});
  ASSERT_TRUE(std::holds_alternative<CheckOptions>(command));
  EXPECT_EQ(std::get<CheckOptions>(command).data, "elsewhere");
  EXPECT_EQ(std::get<CheckOptions>(run({"check"})).data, "stator-data");
}

TEST(Parse, FlagThenEnvironmentThenFileThenDefault) {
  const File file("port = 1\nloops = 1\nio_threads = 1\nin-memory = true\n[serve]\nhost = \"::1\"\n");
  const Variables variables{{"STATOR_PORT", "2"}, {"STATOR_LOOPS", "2"}, {"STATOR_CONFIG", file.path()}};
  const Command command = run({"serve", "--port", "3"}, variables);
  ASSERT_TRUE(std::holds_alternative<ServeOptions>(command)) << std::get<Exit>(command).text;
  const auto& options = std::get<ServeOptions>(command);
  EXPECT_EQ(options.port, 3);
  EXPECT_EQ(options.loops, 2U);
  EXPECT_EQ(options.io_threads, 1U);
  EXPECT_TRUE(options.in_memory);
  EXPECT_EQ(options.host, "::1");
  EXPECT_EQ(options.max_connections, 10'000U);
}

TEST(Parse, Values) {
  const Command command = run({"serve", "--data=/d", "--in-memory", "--durability", "os", "--cache", "1GiB",
                               "--max-body=1MiB", "--head-timeout", "500ms", "--idle-timeout=5m", "--table-delay", "2",
                               "--account", "123456789012", "--quiet"});
  ASSERT_TRUE(std::holds_alternative<ServeOptions>(command)) << std::get<Exit>(command).text;
  const auto& options = std::get<ServeOptions>(command);
  EXPECT_EQ(options.data, "/d");
  EXPECT_TRUE(options.in_memory);
  EXPECT_EQ(options.durability, "os");
  EXPECT_EQ(options.cache_bytes, 1UL << 30);
  EXPECT_EQ(options.max_body_bytes, 1UL << 20);
  EXPECT_EQ(options.head_timeout, std::chrono::milliseconds{500});
  EXPECT_EQ(options.idle_timeout, std::chrono::minutes{5});
  EXPECT_EQ(options.table_delay, std::chrono::seconds{2});
  EXPECT_EQ(options.account, "123456789012");
  EXPECT_TRUE(options.quiet);
}

TEST(Parse, Triggers) {
  const File file("[triggers.t]\ntable = Orders\nfunction = audit\n[serve]\nlambda-endpoint = 'http://one:1'\n");
  const Command command = run({"serve", "--config", file.path().c_str()}, {{"STATOR_LAMBDA_ENDPOINT", "http://two:2"}});
  ASSERT_TRUE(std::holds_alternative<ServeOptions>(command)) << std::get<Exit>(command).text;
  const auto& options = std::get<ServeOptions>(command);
  EXPECT_EQ(options.lambda_endpoint, "http://two:2");
  ASSERT_EQ(options.triggers.size(), 1U);
  EXPECT_EQ(options.triggers[0].table, "Orders");
  // Without the endpoint, nobody can be called.
  EXPECT_TRUE(
      std::holds_alternative<Exit>(run({"serve", "--config", file.path().c_str(), "--lambda-endpoint", "none"})));
}

TEST(Parse, EmptyFile) {
  const File file("");
  EXPECT_TRUE(std::holds_alternative<ServeOptions>(run({"serve", "--config", file.path().c_str()})));
}

TEST(Parse, WrongUsageTellsWhatAndWhere) {
  const File file("prot = 1\n", "a");
  const File list("port = [1]\n", "b");
  const File section("[function.audit]\n", "c");
  const File under("[functions]\n[serve.functions]\nport = 1\n", "d");
  const File broken("port 1\n", "e");
  const File trigger("[triggers.t]\ntable = Orders\nfunction = audit\n", "f");
  struct Row {
    std::string name;
    std::vector<const char*> arguments;
    Variables variables;
    std::string want;
  };
  const std::vector<Row> rows{
      {"port too high", {"serve", "--port", "65536"}, {}, "--port: '65536' is not a number from 0 to 65535"},
      {"port in the environment",
       {"serve"},
       {{"STATOR_PORT", "x"}},
       "STATOR_PORT: 'x' is not a number from 0 to 65535"},
      {"durability", {"serve", "--durability", "full"}, {}, "--durability: 'full' is not one of sync, os, none"},
      {"account", {"serve", "--account", "1"}, {}, "--account: '1' is not 12 digits"},
      {"size", {"serve", "--cache", "lots"}, {}, "--cache: 'lots' is not a size such as 4096, 16KiB or 64MiB"},
      {"size out of range", {"serve", "--max-head", "2MiB"}, {}, "--max-head: '2MiB' is not from 1KiB to 1MiB"},
      {"time",
       {"serve", "--idle-timeout", "soon"},
       {},
       "--idle-timeout: 'soon' is not a time such as 500ms, 30s or 5m"},
      {"switch", {"serve"}, {{"STATOR_IN_MEMORY", "maybe"}}, "STATOR_IN_MEMORY: 'maybe' is neither true nor false"},
      {"unknown flag", {"serve", "--prot", "1"}, {}, "--prot"},
      {"flag without value", {"serve", "--port"}, {}, "--port"},
      {"unknown verb", {"serv"}, {}, "there is no verb 'serv'"},
      {"no such file", {"serve", "--config", "/no/such/file"}, {}, "/no/such/file"},
      {"a folder", {"serve", "--config", "/"}, {}, "/: cannot be read"},
      {"unknown key", {"serve", "--config", file.path().c_str()}, {}, ":1: there is no setting 'prot'"},
      {"list", {"serve", "--config", list.path().c_str()}, {}, ":1: port: takes one value"},
      {"unknown section",
       {"serve", "--config", section.path().c_str()},
       {},
       ":1: there is no section [function.audit]"},
      {"section of a section",
       {"serve", "--config", under.path().c_str()},
       {},
       ":2: there is no section [serve.functions]"},
      {"no TOML", {"serve", "--config", broken.path().c_str()}, {}, ": line 1: 'port' has no = and value"},
      {"trigger of an unknown function", {"serve", "--config", trigger.path().c_str()}, {}, "no [functions.audit]"},
      {"endpoint", {"serve", "--lambda-endpoint", "here"}, {}, "--lambda-endpoint: 'here' is not a URL"},
      {"endpoint with a path",
       {"serve", "--lambda-endpoint", "http://127.0.0.1:3001/x"},
       {},
       "--lambda-endpoint: 'http://127.0.0.1:3001/x' has a path"},
  };
  for (const Row& row : rows) {
    const Command command = run(row.arguments, row.variables);
    ASSERT_TRUE(std::holds_alternative<Exit>(command)) << row.name;
    EXPECT_EQ(std::get<Exit>(command).code, 2) << row.name;
    EXPECT_THAT(std::get<Exit>(command).text, HasSubstr(row.want)) << row.name;
  }
}

TEST(Parse, HelpAndVersion) {
  struct Row {
    std::vector<const char*> arguments;
    int code;
    std::string want;
  };
  for (const Row& row :
       {Row{{"--help"}, 0, "serve"}, Row{{"-h"}, 0, "serve"}, Row{{"serve", "--help"}, 0, "--port N=8000"},
        Row{{"serve", "--help"}, 0, "STATOR_MAX_BODY"}, Row{{"serve", "--help"}, 0, "[triggers.NAME]"},
        Row{{"serve", "--help"}, 0, "--lambda-endpoint URL=none"}, Row{{"--version"}, 0, "stator 0."},
        Row{{"bench-echo", "--help"}, 0, "--body"}, Row{{}, 2, "serve"}}) {
    const Command command = run(row.arguments);
    ASSERT_TRUE(std::holds_alternative<Exit>(command));
    EXPECT_EQ(std::get<Exit>(command).code, row.code);
    EXPECT_THAT(std::get<Exit>(command).text, HasSubstr(row.want));
  }
}

TEST(Parse, Echo) {
  const Command command = run({"bench-echo", "--port", "0", "--loops", "1"});
  ASSERT_TRUE(std::holds_alternative<EchoOptions>(command));
  EXPECT_EQ(std::get<EchoOptions>(command).port, 0);
  EXPECT_EQ(std::get<EchoOptions>(command).body_bytes, 1024U);
}

TEST(Settings, EveryDefaultReadsBack) {
  for (const Setting& setting : serve_settings()) {
    ServeOptions options;
    const std::string shown = setting.show(options);
    EXPECT_TRUE(setting.set(options, shown).has_value()) << setting.name;
    EXPECT_EQ(setting.show(options), shown) << setting.name;
    EXPECT_FALSE(setting.set(options, "").has_value()) << setting.name;
  }
}

}  // namespace
}  // namespace stator::config
