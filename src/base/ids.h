// Strong ids: a number of one meaning cannot be passed for a number of another.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace stator {

template <class Tag, class Rep>
struct StrongId {
  Rep value = 0;
  friend constexpr auto operator<=>(StrongId, StrongId) = default;
};

// The number of a commit: strictly rising in commit order over the life of a data folder; 0 is before the first.
using CommitNumber = StrongId<struct CommitNumberTag, std::uint64_t>;

// The number of a table within a data folder; never used again after the table is deleted.
using TableNumber = StrongId<struct TableNumberTag, std::uint32_t>;

// The number of an index within its table: 0 is the table itself.
using IndexNumber = StrongId<struct IndexNumberTag, std::uint16_t>;

// The number of a shard of a table's change log; never used again within the table. 0 is none.
using ShardNumber = StrongId<struct ShardNumberTag, std::uint32_t>;

}  // namespace stator

template <class Tag, class Rep>
struct std::hash<stator::StrongId<Tag, Rep>> {
  std::size_t operator()(stator::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
