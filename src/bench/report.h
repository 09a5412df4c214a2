// How a run is told.
#pragma once

#include <string>

#include "bench/load.h"
#include "bench/measured.h"
#include "config/bench_options.h"

namespace stator::bench {

// One line of JSON, with times in whole microseconds.
[[nodiscard]] std::string json_report(const config::BenchOptions& options, const Measured& measured);
// For people.
[[nodiscard]] std::string table_report(const config::BenchOptions& options, const Measured& measured);
// A line.
[[nodiscard]] std::string progress_line(const Progress& progress);

}  // namespace stator::bench
