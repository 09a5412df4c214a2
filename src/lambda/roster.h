// The pollers of all mappings: when each is to have its next step, and which table's changes it waits for. One that
// waits costs nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/clock.h"
#include "base/ids.h"
#include "lambda/followed_tables.h"
#include "lambda/mapping_poller.h"

namespace stator::lambda {

// Not thread-safe. `followed` outlives it, and has the tables that its pollers follow.
class Roster {
 public:
  explicit Roster(FollowedTables& followed) : followed_(followed) {}

  // To have a step at `due`.
  void add(std::unique_ptr<MappingPoller> poller, MonotonicTime due);
  void erase(std::uint64_t number);
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }
  // Null if there is none.
  [[nodiscard]] MappingPoller* find(std::uint64_t number) const;
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const auto& [number, entry] : entries_) visit(*entry.poller);
  }

  // It is to have a step at `due`, or at the earlier time that was said before.
  void plan(std::uint64_t number, MonotonicTime due);
  // The table has changed: those that follow it are to look, and to have a step at `due`.
  void note_changes(TableNumber table, MonotonicTime due);
  // When the first is to have its step; max(): until something happens.
  [[nodiscard]] MonotonicTime first_due() const;

  // Calls `step` once with each poller whose time has come by `now`, who has waited longest first, as long as
  // `has_time`. `step` answers when it is to have the next.
  template <class Step, class HasTime>
  void run(MonotonicTime now, const Step& step, const HasTime& has_time) {
    const std::uint64_t last = last_turn_;
    while (!turns_.empty() && turns_.begin()->due <= now && turns_.begin()->turn <= last) {
      Entry& entry = entries_.at(turns_.begin()->number);
      leave_turn(entry);
      // What wants the next step at once has it when others have had theirs.
      set_turn(entry, std::max(step(*entry.poller), now));
      note_followed(entry);
      if (!has_time()) return;
    }
  }

 private:
  struct Turn {
    MonotonicTime due;
    std::uint64_t turn = 0;  // rises
    std::uint64_t number = 0;
    friend auto operator<=>(const Turn&, const Turn&) = default;
  };
  struct Entry {
    std::unique_ptr<MappingPoller> poller;
    std::optional<Turn> turn;  // in turns_
    std::optional<TableNumber> follows;
  };

  void set_turn(Entry& entry, MonotonicTime due);
  void leave_turn(Entry& entry);
  void note_followed(Entry& entry);
  void set_followed(Entry& entry, std::optional<TableNumber> table);

  FollowedTables& followed_;
  std::unordered_map<std::uint64_t, Entry> entries_;  // by the pollers' numbers, as the others
  std::set<Turn> turns_;
  std::unordered_map<TableNumber, std::set<std::uint64_t>> followers_;
  std::uint64_t last_turn_ = 0;
};

}  // namespace stator::lambda
