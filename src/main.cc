// stator: parses the command line and hands over to the verb.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "bench/bench.h"
#include "config/parse.h"
#include "kv/open.h"
#include "server/check.h"
#include "server/serve.h"

namespace {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int run(const stator::config::Exit& exit) {
  std::fputs(exit.text.c_str(), exit.code == stator::config::kExitClean ? stdout : stderr);
  return exit.code;
}

int run(const stator::config::ServeOptions& options) {
  return stator::server::serve(options, stator::kv::open_rocksdb_store);
}

int run(const stator::config::CheckOptions& options) { return stator::server::check(options); }

int run(const stator::config::BenchOptions& options) { return stator::bench::run(options); }

int run(const stator::config::EchoOptions& options) { return stator::server::serve_echo(options); }

}  // namespace

int main(int argc, char** argv) {
  const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
  const stator::config::Command command = stator::config::parse(arguments.subspan(argc > 0 ? 1 : 0), environment);
  return std::visit([](const auto& verb) { return run(verb); }, command);
}
