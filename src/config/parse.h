// The command line: `stator <verb> [flags]`.
//
// A setting of `stator serve` is taken from its flag, else its environment variable, else the config file, else its
// default. The file (--config or STATOR_CONFIG) is TOML: `key = value` lines, on their own or under [serve], and the
// sections of triggers (config/sections.h).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "config/bench_options.h"
#include "config/options.h"

namespace stator::config {

inline constexpr int kExitClean = 0;
inline constexpr int kExitFailed = 1;  // it could not start, or broke while running
inline constexpr int kExitUsage = 2;   // the command line, environment or config file is wrong

// To print and exit with.
struct Exit {
  int code = kExitClean;
  std::string text;  // for standard output if the code is kExitClean, else for standard error
};

using Command = std::variant<Exit, ServeOptions, CheckOptions, BenchOptions, EchoOptions>;

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// `arguments` without the program's name.
[[nodiscard]] Command parse(std::span<const char* const> arguments, const Environment& environment);

}  // namespace stator::config
