#include "config/parse.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/result.h"
#include "config/bench_flags.h"
#include "config/sections.h"
#include "config/setting.h"
#include "config/toml.h"

namespace stator::config {
namespace {

constexpr std::string_view kVersion = "stator " STATOR_VERSION;
constexpr std::string_view kAbout = "A server that speaks DynamoDB's wire protocol.";
constexpr std::string_view kServeFooter =
    "Every flag can also be given by its environment variable, or as `name = value` in the config file.\n"
    "A flag wins over the environment, the environment over the file.\n"
    "Triggers are declared in the file alone: [functions.NAME] (url or command, timeout, concurrency) is what they\n"
    "call, [triggers.NAME] (table, function, batch-size, filters, on-failure, ...) when, and [destinations.NAME]\n"
    "(file, url or command) stands for the queue, topic or bucket that gets what functions could not take.\n"
    "Exit codes: 0 stopped cleanly, 1 could not start, 2 wrong usage.";

// The values of `stator serve` as text, by setting.
struct ServeFlags {
  CLI::App* app = nullptr;
  std::string config;
  std::map<std::string_view, std::string> values;
};

void add_serve(CLI::App& root, ServeFlags& flags) {
  flags.app = root.add_subcommand("serve", "Start the server");
  flags.app->footer(std::string(kServeFooter));
  flags.app->add_option("--config", flags.config, "Config file (TOML) (STATOR_CONFIG)")->type_name("FILE");
  const ServeOptions defaults;
  for (const Setting& setting : serve_settings()) {
    const std::string help = fmt::format("{} ({})", setting.help, environment_name(setting.name));
    const std::string flag = fmt::format("--{}", setting.name);
    std::string& value = flags.values[setting.name];
    if (setting.placeholder.empty()) {
      flags.app->add_flag(flag, value, help);
    } else {
      flags.app->add_option(flag, value, help)
          ->type_name(std::string(setting.placeholder))
          ->default_str(setting.show(defaults));
    }
  }
}

CLI::App* add_check(CLI::App& root, CheckOptions& check) {
  CLI::App* app = root.add_subcommand(
      "check", "Read a data folder that is not in use, and see that its indexes and counters agree with its items");
  app->add_option("--data", check.data, "Folder that keeps the data")->type_name("FOLDER")->capture_default_str();
  app->footer("Exit codes: 0 all agrees, 1 something does not or the folder cannot be read, 2 wrong usage.");
  return app;
}

void add_echo(CLI::App& root, EchoOptions& echo) {
  CLI::App* app = root.add_subcommand("bench-echo", "Serve one fixed answer, to measure the HTTP layer alone");
  app->group("");
  app->add_option("--host", echo.host, "Address to listen on");
  app->add_option("--port", echo.port, "TCP port to listen on; 0 for any free one");
  app->add_option("--loops", echo.loops, "Event loops; 0 for one a core");
  app->add_option("--body", echo.body_bytes, "Bytes of the answer")->check(CLI::Range(0, 1 << 24));
}

// What a config file says.
struct File {
  std::map<std::string, std::string, std::less<>> values;  // of settings
  std::vector<TomlEntry> sections;
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  // A folder can be opened, but not read; so can an empty file, which is no mistake.
  const bool is_read = file.is_open() && !std::filesystem::is_directory(path);
  if (!is_read) return fail_validation(fmt::format("{}: cannot be read", path));
  return std::move(text).str();
}

// The setting that an entry outside the sections is about; none if it is the head of their table.
Result<const Setting*> setting_of(const TomlEntry& entry) {
  const bool ours = entry.table.empty() || entry.table == std::vector<std::string>{"serve"};
  if (entry.key.empty()) {
    if (ours) return nullptr;
    return fail_validation(fmt::format("there is no section [{}]", fmt::join(entry.table, ".")));
  }
  std::string name = entry.key;
  std::ranges::replace(name, '_', '-');
  const auto setting = std::ranges::find(serve_settings(), name, &Setting::name);
  if (!ours) {
    return fail_validation(fmt::format("there is no setting '{}.{}'", fmt::join(entry.table, "."), entry.key));
  }
  if (setting == serve_settings().end()) return fail_validation(fmt::format("there is no setting '{}'", entry.key));
  if (entry.is_list) return fail_validation(fmt::format("{}: takes one value", name));
  return &*setting;
}

Result<File> read_file(const std::string& path) {
  File file;
  TRY_ASSIGN(const std::string text, read_text(path));
  auto entries = parse_toml(text);
  if (!entries) return fail_validation(fmt::format("{}: {}", path, entries.error().message));
  for (TomlEntry& entry : *entries) {
    if (is_section(entry)) {
      file.sections.push_back(std::move(entry));
      continue;
    }
    const Result<const Setting*> setting = setting_of(entry);
    if (!setting) return fail_validation(fmt::format("{}:{}: {}", path, entry.line, setting.error().message));
    if (*setting != nullptr) file.values[std::string((*setting)->name)] = std::move(entry.values.front());
  }
  return file;
}

Result<ServeOptions> resolve(const ServeFlags& flags, const Environment& environment) {
  File file;
  std::string path = flags.config;
  if (path.empty()) path = environment("STATOR_CONFIG").value_or("");
  if (!path.empty()) {
    TRY_ASSIGN(file, read_file(path));
  }
  ServeOptions options;
  for (const Setting& setting : serve_settings()) {
    const std::string flag = fmt::format("--{}", setting.name);
    const std::string variable = environment_name(setting.name);
    std::string source;
    std::string value;
    if (flags.app->count(flag) > 0) {
      source = flag;
      value = flags.values.at(setting.name);
    } else if (const auto set = environment(variable)) {
      source = variable;
      value = *set;
    } else if (const auto at = file.values.find(setting.name); at != file.values.end()) {
      source = fmt::format("{}: {}", path, setting.name);
      value = at->second;
    } else {
      continue;
    }
    if (const auto done = setting.set(options, value); !done) {
      return fail_validation(fmt::format("{}: {}", source, done.error().message));
    }
  }
  TRY(read_sections(file.sections, path, options));
  TRY(check_sections(options, path));
  return options;
}

Exit usage_error(std::string_view message) {
  return {kExitUsage, fmt::format("stator: {}\nRun `stator --help` for more.\n", message)};
}

}  // namespace

Command parse(std::span<const char* const> arguments, const Environment& environment) {
  CLI::App app{std::string(kAbout), "stator"};
  app.set_version_flag("--version", std::string(kVersion), "Print the version and exit");
  app.require_subcommand(1);
  ServeFlags serve;
  add_serve(app, serve);
  CheckOptions check;
  const CLI::App* check_app = add_check(app, check);
  BenchFlags bench;
  add_bench(app, bench);
  EchoOptions echo;
  add_echo(app, echo);
  try {
    // CLI11 takes them last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return Exit{kExitClean, app.help()};
  } catch (const CLI::CallForVersion&) {
    return Exit{kExitClean, std::string(kVersion) + "\n"};
  } catch (const CLI::ParseError& error) {
    if (arguments.empty()) return Exit{kExitUsage, app.help()};
    const std::string verb = arguments.front();
    const auto named = [&](const CLI::App* candidate) { return candidate->get_name() == verb; };
    if (!verb.starts_with('-') && app.get_subcommands(named).empty()) {
      return usage_error(fmt::format("there is no verb '{}'", verb));
    }
    return usage_error(error.what());
  }
  if (check_app->parsed()) return check;
  if (bench.app->parsed()) {
    const Result<BenchOptions> options = resolve_bench(bench);
    return options ? Command{*options} : Command{usage_error(options.error().message)};
  }
  if (!serve.app->parsed()) return echo;
  Result<ServeOptions> options = resolve(serve, environment);
  if (!options) return usage_error(options.error().message);
  return *std::move(options);
}

}  // namespace stator::config
