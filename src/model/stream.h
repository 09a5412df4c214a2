// Streams of tables, and the shards that they are read in. Plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"

namespace stator::model {

// How long a stream's changes can be read.
inline constexpr std::chrono::hours kStreamRetention{24};

// What a record of a stream shows of the item besides its key.
enum class StreamViewType : std::uint8_t { kKeysOnly, kNewImage, kOldImage, kNewAndOldImages };

// The part of a table's change log that the changes of some items go to for some time. The shards that are open at a
// time have every hash of a partition key exactly once between them.
struct Shard {
  ShardNumber number;                 // given by storage/
  std::optional<ShardNumber> parent;  // whose items' changes it goes on with
  std::uint64_t first_hash = 0;
  std::uint64_t last_hash = UINT64_MAX;  // included
  WallTime opened{};                     // set by storage/
  friend bool operator==(const Shard&, const Shard&) = default;
};

// The stream that a table has, or had last. Its label is the time of its creation, to the millisecond.
struct StreamSpecification {
  StreamViewType view_type = StreamViewType::kKeysOnly;
  bool enabled = true;
  WallTime created{};         // set by storage/
  ShardNumber first_shard{};  // set by storage/
  friend bool operator==(const StreamSpecification&, const StreamSpecification&) = default;
};

// "2026-11-21T14:53:00.123".
[[nodiscard]] std::string stream_label(WallTime created);
[[nodiscard]] std::optional<WallTime> parse_stream_label(std::string_view label);
// "arn:aws:dynamodb:us-east-1:000000000000:table/Name/stream/<label>".
[[nodiscard]] std::string stream_arn(std::string_view table_arn, WallTime created);

}  // namespace stator::model
