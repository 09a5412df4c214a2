// From commits to the flat batch of a group: counters as they are added to become one put each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kv/batch.h"
#include "kv/store.h"

namespace stator::kv {

// Keeps the present value of each counter that has been added to, read from the store at first use. Used by one
// thread, which alone writes to the store.
class Counters {
 public:
  explicit Counters(const Store& store) : store_(store) {}

  // Appends the changes of `commit` to `group`, but for its add()s, which are kept until finish_group().
  Result<void> fold(const Batch& commit, Batch& group);
  // Appends the counters that the group's commits have added to.
  void finish_group(Batch& group);
  // After the group could not be written: what is kept here no longer follows from the store.
  void forget();

 private:
  struct Values {
    std::vector<std::int64_t> values;
    bool changed = false;  // by the group at hand; its key is then in changed_
  };
  class Folding;

  Result<void> add(std::string_view key, std::span<const std::int64_t> deltas);
  // The store's value is the present one of counters that are not known: what the group at hand has added to is known,
  // and nothing is added to counters once a commit has erased them.
  Result<std::vector<std::int64_t>> read(std::string_view key) const;
  void drop(std::string_view key);
  void drop_range(std::string_view begin, std::string_view end);

  const Store& store_;
  std::map<std::string, Values, std::less<>> known_;
  std::vector<std::string> changed_;  // some may have been dropped from known_ since
};

}  // namespace stator::kv
