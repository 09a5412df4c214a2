// Event source mappings as they are stored, and how far each has come in its stream's shards.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "codec/event_source_mapping_record.h"
#include "kv/engine.h"
#include "model/event_source_mapping.h"
#include "storage/storage.h"

namespace stator::storage {

// Of a region, or of all if `region` is empty; by region, stream and function. This and what finds a mapping by its
// UUID decode all of them: kWouldBlock if they may not wait.
[[nodiscard]] Result<std::vector<model::EventSourceMapping>> list_mappings(const kv::Reader& reader, kv::Wait wait,
                                                                           std::string_view region);
// None if the region has none of that UUID.
[[nodiscard]] Result<std::optional<model::EventSourceMapping>> find_mapping(const kv::Reader& reader, kv::Wait wait,
                                                                            std::string_view region,
                                                                            std::string_view uuid);
// The same, and kResourceNotFound if there is none.
[[nodiscard]] Result<model::EventSourceMapping> require_mapping(const kv::Reader& reader, kv::Wait wait,
                                                                std::string_view region, std::string_view uuid);

// These changes wait for the disk; a session that may not wait gets kWouldBlock before anything is done. When they
// return, they are durable, and the listener of Storage::on_change() has been called.

// kResourceConflict, whose message is the UUID of the other, if there is a mapping of the same stream and function.
Result<void> create_mapping(Session& session, const model::EventSourceMapping& mapping);
// Stores what `change` makes of it, which leaves uuid, region and stream_arn alone and may refuse; answers it. It may
// be called again, if another change comes first. kResourceNotFound if there is none; kResourceConflict as
// create_mapping().
Result<model::EventSourceMapping> change_mapping(Session& session, std::string_view region, std::string_view uuid,
                                                 const std::function<Result<void>(model::EventSourceMapping&)>& change);
// Answers what it was. Its checkpoints go with it. `check`, if any, may refuse, and may be called again.
// kResourceNotFound.
Result<model::EventSourceMapping> delete_mapping(
    Session& session, std::string_view region, std::string_view uuid,
    const std::function<Result<void>(const model::EventSourceMapping&)>& check = nullptr);

using codec::Checkpoint;
using codec::ProcessingResult;

[[nodiscard]] Result<std::map<ShardNumber, Checkpoint>> read_checkpoints(const kv::Reader& reader, kv::Wait wait,
                                                                         std::string_view uuid);
// What became of the last batch that the mapping has called its function with.
[[nodiscard]] Result<ProcessingResult> read_last_result(const kv::Reader& reader, kv::Wait wait, std::string_view uuid);

// What is new of a mapping's progress.
struct Progress {
  std::map<ShardNumber, std::optional<Checkpoint>> checkpoints;  // none erases a shard's
  std::optional<ProcessingResult> last_result;
};
// Does nothing if the mapping is not there any more: of that UUID, whatever else of it has changed since. Durable once
// the session's tickets are; it may wait.
Result<void> write_progress(Session& session, const model::EventSourceMapping& mapping, const Progress& progress);

}  // namespace stator::storage
