// `stator bench`: a load generator for servers that speak DynamoDB.
//
// It runs on one thread. Requests are signed before the clock starts, wherever they can be known before.
#pragma once

#include "config/bench_options.h"

namespace stator::bench {

// Prints the result on standard output, all else on standard error. Returns the exit code: 0 once it has measured
// something, 1 if the server cannot be reached, nothing succeeded, or the data is wrong afterwards.
[[nodiscard]] int run(const config::BenchOptions& options);

}  // namespace stator::bench
