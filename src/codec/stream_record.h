// Records of streams and of their shards. docs/formats/records.md describes them byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "codec/keys.h"
#include "model/stream.h"
#include "model/table.h"

namespace stator::codec {

// A stream, which may outlive its table. What it is found by, its region, table's name and time of creation, is in its
// key.
struct StreamRecord {
  TableNumber table;
  std::string region;
  std::string table_name;
  std::string table_arn;
  model::StreamViewType view_type = model::StreamViewType::kKeysOnly;
  WallTime created{};
  std::optional<WallTime> disabled;
  model::KeySchema key;
  ShardNumber first_shard;
  std::optional<ShardNumber> last_shard;  // once it is disabled
};

[[nodiscard]] std::string encode_stream(const StreamRecord& stream);
[[nodiscard]] Result<StreamRecord> decode_stream(std::string_view bytes);

// Where the number of the commit stands in the records of a shard's opening and closing: kv::Batch::put's stamp.
inline constexpr std::size_t kShardRecordCommitAt = 1;

struct ShardOpening {
  CommitNumber commit;  // of which, and of those before, the shard has nothing
  model::Shard shard;
};
struct ShardClosing {
  CommitNumber commit;  // of which, and of those after, the shard has nothing
  WallTime closed{};
};
[[nodiscard]] std::string encode_shard_opening(const model::Shard& shard);
[[nodiscard]] std::string encode_shard_closing(WallTime closed);
// The position before which nothing is left.
[[nodiscard]] std::string encode_shard_trimming(LogPosition position);
[[nodiscard]] Result<ShardOpening> decode_shard_opening(ShardNumber number, std::string_view bytes);
[[nodiscard]] Result<ShardClosing> decode_shard_closing(std::string_view bytes);
[[nodiscard]] Result<LogPosition> decode_shard_trimming(std::string_view bytes);

}  // namespace stator::codec
