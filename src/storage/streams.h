// Streams and their shards as they are stored: apart from their tables, which they may outlive.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/stream_record.h"
#include "kv/engine.h"
#include "model/stream.h"
#include "model/table.h"
#include "storage/storage.h"

namespace stator::storage {

struct StoredShard {
  codec::ShardOpening opening;
  std::optional<codec::ShardClosing> closing;  // none: it is open
  codec::LogPosition trimmed_to;               // nothing before it is left

  [[nodiscard]] const model::Shard& shard() const { return opening.shard; }
};

// Null if there is none.
[[nodiscard]] Result<std::optional<codec::StreamRecord>> find_stream(const kv::Reader& reader, kv::Wait wait,
                                                                     std::string_view region,
                                                                     std::string_view table_name, WallTime created);
// The streams of a region, or of one of its tables if `table_name` is not empty, by their tables' names and then their
// age: those after `after`, at most `limit`.
[[nodiscard]] Result<std::vector<codec::StreamRecord>> list_streams(const kv::Reader& reader, kv::Wait wait,
                                                                    std::string_view region,
                                                                    std::string_view table_name,
                                                                    const std::optional<codec::StreamRecord>& after,
                                                                    std::size_t limit);
// All streams there are.
[[nodiscard]] Result<std::vector<codec::StreamRecord>> list_streams(const kv::Reader& reader, kv::Wait wait);
// Calls `visit` with the stream's shards that are not trimmed away, in the order of their numbers, from `from` on,
// until it says false.
using ShardVisitor = std::function<bool(const StoredShard& shard)>;
Result<void> walk_shards(const kv::Reader& reader, kv::Wait wait, const codec::StreamRecord& stream, ShardNumber from,
                         const ShardVisitor& visit);
// All of them.
[[nodiscard]] Result<std::vector<StoredShard>> read_shards(const kv::Reader& reader, kv::Wait wait,
                                                           const codec::StreamRecord& stream);
// One of them; none if there is none such.
[[nodiscard]] Result<std::optional<StoredShard>> find_shard(const kv::Reader& reader, kv::Wait wait,
                                                            const codec::StreamRecord& stream, ShardNumber number);

// Part of a change of the catalog: gives new shards their numbers and all that is new its time; no two streams of
// tables of one name have the same. An enabled stream has open shards, any other table none.
[[nodiscard]] Result<void> settle_streams(const kv::Reader& reader, model::Table& after, WallTime now);
// The records that come and change with it. `after`: null for a table's deletion.
void change_streams(const model::Table* before, const model::Table* after, WallTime now, kv::Batch& batch);

struct TrimStep {
  std::uint64_t changes = 0;  // erased
  bool is_last = false;       // nothing older than the horizon is left
};
// Erases some of what is older than `horizon` of all streams: changes, shards that were closed then, streams that were
// disabled then and have no shard left. The session may wait.
[[nodiscard]] Result<TrimStep> trim_streams(Session& session, WallTime horizon);

}  // namespace stator::storage
