// Shards as the API of streams names and bounds them.
//
//   shardId- | milliseconds since 1970 when it was opened (20 digits) | - | number (8 hexadecimal digits)
//
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Shard.html; consumers take the order of
// the ids for the order in which shards were opened.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "codec/keys.h"
#include "model/stream.h"
#include "storage/streams.h"

namespace stator::streams {

[[nodiscard]] std::string shard_id(const model::Shard& shard);

// The number in what looks like a shard's id. Whether there is a shard of that id, shard_id() of it tells.
[[nodiscard]] std::optional<ShardNumber> parse_shard_id(std::string_view id);

// Nothing of the shard is before its start, nor at its end or after it. A child starts after its parent's end. None
// while it is open.
[[nodiscard]] codec::LogPosition start_of(const storage::StoredShard& shard);
[[nodiscard]] std::optional<codec::LogPosition> end_of(const storage::StoredShard& shard);
// The oldest that may be left.
[[nodiscard]] codec::LogPosition trim_horizon(const storage::StoredShard& shard);

}  // namespace stator::streams
