// Checks that all that is kept twice agrees: indexes are the projections of their tables, counters the sums of what
// they count, and logged changes those of the items and shards that they name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kv/engine.h"

namespace stator::storage {

struct CheckReport {
  std::uint64_t tables = 0;
  std::uint64_t items = 0;
  std::uint64_t entries = 0;          // of indexes
  std::uint64_t changes = 0;          // logged
  std::uint64_t problem_count = 0;    // all
  std::vector<std::string> problems;  // the first of them, for people

  void add_problem(std::string what);
};

// Reads all of `reader`, which is one state of the data, once, and every item and entry once more, items with logged
// changes once for each of these. An Error is a failure to read. `progress` is called with what has been found so far
// after every few thousand items or entries.
Result<CheckReport> check(const kv::Reader& reader, const std::function<void(const CheckReport&)>& progress = {});

}  // namespace stator::storage
