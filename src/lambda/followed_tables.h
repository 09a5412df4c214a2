// The tables whose changes triggers wait for, and which of them have changed.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/ids.h"

namespace stator::lambda {

// Thread-safe.
class FollowedTables {
 public:
  // There may have been changes of it that nobody was told of: it counts as changed.
  void follow(TableNumber table);
  void leave(TableNumber table);

  // The table has changed. True if it is followed and the first that has since take(). Cheap.
  bool note(TableNumber table);
  [[nodiscard]] bool have_changed() const;
  // Those that have changed since the last time.
  [[nodiscard]] std::vector<TableNumber> take();

 private:
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::unordered_map<TableNumber, bool> tables_;  // whether it has changed
  std::vector<TableNumber> changed_;
};

}  // namespace stator::lambda
