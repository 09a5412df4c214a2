// Shard iterators: where in a shard GetRecords goes on. A text that clients hand back as it is; the server keeps
// nothing of it.
//
//   <stream's ARN>|1|<base64 of:
//     shard number (4, big-endian) | commit number (8) | place in the commit (4) | microseconds when made (8) |
//     checksum of all before it, the ARN included (8)>
//
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "codec/keys.h"

namespace stator::streams {

inline constexpr std::chrono::minutes kIteratorLife{15};

struct ShardIterator {
  std::string stream_arn;  // no '|'
  ShardNumber shard;
  codec::LogPosition next;  // of the first change to read, if there is one
  WallTime made{};
  friend bool operator==(const ShardIterator&, const ShardIterator&) = default;
};

[[nodiscard]] std::string print(const ShardIterator& iterator);

// None for what print() never made. It can still name what is not there, or is not there any more.
[[nodiscard]] std::optional<ShardIterator> parse_shard_iterator(std::string_view text);

}  // namespace stator::streams
