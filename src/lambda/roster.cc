#include "lambda/roster.h"

#include <utility>

namespace stator::lambda {

void Roster::add(std::unique_ptr<MappingPoller> poller, MonotonicTime due) {
  const std::uint64_t number = poller->number();
  set_turn(entries_[number] = {.poller = std::move(poller), .turn = {}, .follows = {}}, due);
}

void Roster::erase(std::uint64_t number) {
  const auto at = entries_.find(number);
  if (at == entries_.end()) return;
  leave_turn(at->second);
  set_followed(at->second, std::nullopt);
  entries_.erase(at);
}

MappingPoller* Roster::find(std::uint64_t number) const {
  const auto at = entries_.find(number);
  return at == entries_.end() ? nullptr : at->second.poller.get();
}

void Roster::plan(std::uint64_t number, MonotonicTime due) {
  const auto at = entries_.find(number);
  if (at == entries_.end()) return;
  Entry& entry = at->second;
  if (entry.turn && entry.turn->due <= due) return;
  leave_turn(entry);
  set_turn(entry, due);
}

void Roster::note_changes(TableNumber table, MonotonicTime due) {
  const auto at = followers_.find(table);
  if (at == followers_.end()) return;
  for (const std::uint64_t number : at->second) {
    find(number)->note_changes();
    plan(number, due);
  }
}

MonotonicTime Roster::first_due() const { return turns_.empty() ? MonotonicTime::max() : turns_.begin()->due; }

void Roster::set_turn(Entry& entry, MonotonicTime due) {
  if (due == MonotonicTime::max()) return;
  entry.turn = Turn{.due = due, .turn = ++last_turn_, .number = entry.poller->number()};
  turns_.insert(*entry.turn);
}

void Roster::leave_turn(Entry& entry) {
  if (entry.turn) turns_.erase(*std::exchange(entry.turn, std::nullopt));
}

void Roster::note_followed(Entry& entry) {
  const auto table = entry.poller->followed_table();
  if (table != entry.follows) set_followed(entry, table);
}

void Roster::set_followed(Entry& entry, std::optional<TableNumber> table) {
  const std::uint64_t number = entry.poller->number();
  if (entry.follows) {
    const auto at = followers_.find(*entry.follows);
    at->second.erase(number);
    if (at->second.empty()) {
      followers_.erase(at);
      followed_.leave(*entry.follows);
    }
  }
  entry.follows = table;
  if (!table) return;
  auto& numbers = followers_[*table];
  numbers.insert(number);
  if (numbers.size() == 1) followed_.follow(*table);
}

}  // namespace stator::lambda
