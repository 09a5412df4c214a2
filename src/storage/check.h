// Checks that all that is kept twice agrees: indexes are the projections of their tables, counters the sums of what
// they count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kv/engine.h"

namespace stator::storage {

struct CheckReport {
  std::uint64_t tables = 0;
  std::uint64_t items = 0;
  std::uint64_t entries = 0;          // of indexes
  std::uint64_t problem_count = 0;    // all
  std::vector<std::string> problems;  // the first of them, for people
};

// Reads all of `reader`, which is one state of the data, once, and every item and entry once more. An Error is a
// failure to read.
Result<CheckReport> check(const kv::Reader& reader);

}  // namespace stator::storage
