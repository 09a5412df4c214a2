#include "lambda/followed_tables.h"

#include <utility>

namespace stator::lambda {

void FollowedTables::follow(TableNumber table) {
  const std::lock_guard lock(mutex_);
  if (tables_.try_emplace(table, true).second) changed_.push_back(table);
}

void FollowedTables::leave(TableNumber table) {
  const std::lock_guard lock(mutex_);
  tables_.erase(table);
  std::erase(changed_, table);
}

bool FollowedTables::note(TableNumber table) {
  const std::lock_guard lock(mutex_);
  const auto at = tables_.find(table);
  if (at == tables_.end() || std::exchange(at->second, true)) return false;
  changed_.push_back(table);
  return changed_.size() == 1;
}

bool FollowedTables::have_changed() const {
  const std::lock_guard lock(mutex_);
  return !changed_.empty();
}

std::vector<TableNumber> FollowedTables::take() {
  const std::lock_guard lock(mutex_);
  for (const TableNumber table : changed_) tables_[table] = false;
  return std::exchange(changed_, {});
}

}  // namespace stator::lambda
