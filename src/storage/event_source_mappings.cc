#include "storage/event_source_mappings.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include "codec/keys.h"

namespace stator::storage {
namespace {

using model::EventSourceMapping;

// Of a key in this key space that has no shard: the mapping's last result.
constexpr ShardNumber kNoShard{0};

std::string key_of(const EventSourceMapping& mapping) {
  return codec::mapping_key(mapping.region, mapping.stream_arn, mapping.function_arn);
}

Result<void> check_may_wait(const Session& session) {
  if (session.wait == kv::Wait::kAllowed) return {};
  return fail(ErrorCode::kWouldBlock, "Changes of event source mappings wait for the disk.");
}

Result<EventSourceMapping> require_mapping(const Session& session, std::string_view region, std::string_view uuid) {
  return storage::require_mapping(session.storage.engine(), session.wait, region, uuid);
}

// Commits what `decide` decides, and waits until it is durable; if it abandons, until what it has seen is.
Result<void> commit(const Session& session, std::span<const std::string> keys, const kv::Decision& decide) {
  TRY_ASSIGN(const kv::Ticket ticket, session.storage.engine().commit(keys, session.wait, decide));
  return kv::wait(ticket);
}

Result<std::optional<EventSourceMapping>> view_mapping(const kv::DecisionView& view, std::size_t i) {
  TRY_ASSIGN(const auto bytes, view.get(i));
  if (!bytes) return std::nullopt;
  return codec::decode_mapping(*bytes);
}

void put_progress(std::string_view uuid, const Progress& progress, kv::Batch& batch) {
  for (const auto& [shard, checkpoint] : progress.checkpoints) {
    const std::string key = codec::checkpoint_key(uuid, shard);
    if (checkpoint) {
      batch.put(key, codec::encode_checkpoint(*checkpoint));
    } else {
      batch.erase(key);
    }
  }
  if (!progress.last_result) return;
  batch.put(codec::checkpoint_key(uuid, kNoShard), codec::encode_processing_result(*progress.last_result));
}

}  // namespace

Result<std::vector<EventSourceMapping>> list_mappings(const kv::Reader& reader, kv::Wait wait,
                                                      std::string_view region) {
  // All of them are decoded, which may take long, even if all are in memory.
  if (wait == kv::Wait::kNever) return fail(ErrorCode::kWouldBlock, "Mappings are not listed on an event loop.");
  const std::string prefix = codec::mappings_prefix(region);
  std::vector<EventSourceMapping> mappings;
  const auto cursor = reader.scan({prefix, codec::after_prefix(prefix)}, kv::Direction::kForward, wait);
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(mappings.emplace_back(), codec::decode_mapping(cursor->value()));
  }
  TRY(cursor->status());
  return mappings;
}

Result<std::optional<EventSourceMapping>> find_mapping(const kv::Reader& reader, kv::Wait wait, std::string_view region,
                                                       std::string_view uuid) {
  TRY_ASSIGN(std::vector<EventSourceMapping> mappings, list_mappings(reader, wait, region));
  const auto at = std::ranges::find(mappings, uuid, &EventSourceMapping::uuid);
  return at == mappings.end() ? std::nullopt : std::optional(std::move(*at));
}

Result<EventSourceMapping> require_mapping(const kv::Reader& reader, kv::Wait wait, std::string_view region,
                                           std::string_view uuid) {
  TRY_ASSIGN(auto mapping, find_mapping(reader, wait, region, uuid));
  if (!mapping) return fail(ErrorCode::kResourceNotFound, "The resource you requested does not exist.");
  return *std::move(mapping);
}

Result<void> create_mapping(Session& session, const EventSourceMapping& mapping) {
  TRY(check_may_wait(session));
  const std::array keys{key_of(mapping)};
  std::optional<EventSourceMapping> other;
  TRY(commit(session, keys, [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
    TRY_ASSIGN(other, view_mapping(view, 0));
    if (other) return kv::Verdict::kAbandon;
    batch.put(keys.front(), codec::encode_mapping(mapping));
    return kv::Verdict::kCommit;
  }));
  if (other) return fail(ErrorCode::kResourceConflict, other->uuid);
  session.storage.announce_change();
  return {};
}

Result<EventSourceMapping> change_mapping(Session& session, std::string_view region, std::string_view uuid,
                                          const std::function<Result<void>(EventSourceMapping&)>& change) {
  TRY(check_may_wait(session));
  for (;;) {
    TRY_ASSIGN(const EventSourceMapping before, require_mapping(session, region, uuid));
    EventSourceMapping after = before;
    TRY(change(after));
    const std::array keys{key_of(before), key_of(after)};
    const bool moves = keys[0] != keys[1];
    bool is_latest = true;
    std::optional<EventSourceMapping> other;
    const auto decide = [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
      TRY_ASSIGN(const auto present, view_mapping(view, 0));
      is_latest = present == before;
      if (!is_latest) return kv::Verdict::kAbandon;
      if (moves) {
        TRY_ASSIGN(other, view_mapping(view, 1));
        if (other) return kv::Verdict::kAbandon;
        batch.erase(keys[0]);
      }
      batch.put(keys[1], codec::encode_mapping(after));
      return kv::Verdict::kCommit;
    };
    TRY(commit(session, std::span(keys).first(moves ? 2 : 1), decide));
    if (!is_latest) continue;
    if (other) return fail(ErrorCode::kResourceConflict, other->uuid);
    session.storage.announce_change();
    return after;
  }
}

Result<EventSourceMapping> delete_mapping(Session& session, std::string_view region, std::string_view uuid,
                                          const std::function<Result<void>(const EventSourceMapping&)>& check) {
  TRY(check_may_wait(session));
  for (;;) {
    TRY_ASSIGN(EventSourceMapping mapping, require_mapping(session, region, uuid));
    if (check) TRY(check(mapping));
    const std::array keys{key_of(mapping)};
    const std::string progress = codec::checkpoints_prefix(uuid);
    bool is_latest = true;
    TRY(commit(session, keys, [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
      TRY_ASSIGN(const auto present, view_mapping(view, 0));
      is_latest = present == mapping;
      if (!is_latest) return kv::Verdict::kAbandon;
      batch.erase(keys.front());
      batch.erase_range(progress, codec::after_prefix(progress));
      return kv::Verdict::kCommit;
    }));
    if (!is_latest) continue;
    session.storage.announce_change();
    return mapping;
  }
}

Result<std::map<ShardNumber, Checkpoint>> read_checkpoints(const kv::Reader& reader, kv::Wait wait,
                                                           std::string_view uuid) {
  const kv::Range range{codec::checkpoint_key(uuid, {kNoShard.value + 1}),
                        codec::after_prefix(codec::checkpoints_prefix(uuid))};
  std::map<ShardNumber, Checkpoint> checkpoints;
  const auto cursor = reader.scan(range, kv::Direction::kForward, wait);
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(checkpoints[codec::shard_of_checkpoint(cursor->key())], codec::decode_checkpoint(cursor->value()));
  }
  TRY(cursor->status());
  return checkpoints;
}

Result<ProcessingResult> read_last_result(const kv::Reader& reader, kv::Wait wait, std::string_view uuid) {
  std::string bytes;
  TRY_ASSIGN(const bool found, reader.get(codec::checkpoint_key(uuid, kNoShard), wait, bytes));
  if (!found) return ProcessingResult::kNone;
  return codec::decode_processing_result(bytes);
}

Result<void> write_progress(Session& session, const EventSourceMapping& mapping, const Progress& progress) {
  TRY(check_may_wait(session));
  std::optional<EventSourceMapping> at = mapping;
  while (at) {
    const std::array keys{key_of(*at)};
    bool is_there = true;
    const auto decide = [&](const kv::DecisionView& view, kv::Batch& batch) -> Result<kv::Verdict> {
      TRY_ASSIGN(const auto present, view_mapping(view, 0));
      is_there = present && present->uuid == mapping.uuid;
      if (!is_there) return kv::Verdict::kAbandon;
      put_progress(mapping.uuid, progress, batch);
      return kv::Verdict::kCommit;
    };
    TRY_ASSIGN(kv::Ticket ticket, session.storage.engine().commit(keys, session.wait, decide));
    if (is_there) {
      session.tickets.push_back(std::move(ticket));
      return {};
    }
    TRY(kv::wait(ticket));
    TRY_ASSIGN(at, find_mapping(session.storage.engine(), session.wait, mapping.region, mapping.uuid));
  }
  return {};
}

}  // namespace stator::storage
