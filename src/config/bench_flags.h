// The command line of `stator bench`.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/bench_options.h"

namespace CLI {
class App;
}

namespace stator::config {

// The flags as text, by name.
struct BenchFlags {
  CLI::App* app = nullptr;
  std::map<std::string_view, std::string> values;
};

// Adds the verb to `root`, which then keeps references to `flags`.
void add_bench(CLI::App& root, BenchFlags& flags);

// Of parsed flags. kValidation, with what is wrong with which.
[[nodiscard]] Result<BenchOptions> resolve_bench(const BenchFlags& flags);

}  // namespace stator::config
