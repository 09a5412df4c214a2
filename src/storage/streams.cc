#include "storage/streams.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "codec/keys.h"
#include "storage/change_log.h"

namespace stator::storage {
namespace {

using codec::LogPosition;
using codec::ShardFact;
using codec::StreamRecord;

// What one step of trimming may look at.
constexpr std::size_t kMostTrimmed = 10'000;

bool is_enabled(const model::Table* table) { return table != nullptr && table->stream && table->stream->enabled; }

bool has_stream(const model::Table* table, WallTime created) {
  return is_enabled(table) && table->stream->created == created;
}

const model::Shard* find_shard(const model::Table* table, ShardNumber number) {
  if (table == nullptr) return nullptr;
  const auto at = std::ranges::find(table->shards, number, &model::Shard::number);
  return at == table->shards.end() ? nullptr : &*at;
}

StreamRecord record_of(const model::Table& table) {
  return {.table = table.number,
          .region = table.region,
          .table_name = table.name,
          .table_arn = table.arn,
          .view_type = table.stream->view_type,
          .created = table.stream->created,
          .disabled = {},
          .key = table.key,
          .first_shard = table.stream->first_shard,
          .last_shard = {}};
}

void put_stream(const StreamRecord& stream, kv::Batch& batch) {
  batch.put(codec::stream_key(stream.region, stream.table_name, stream.created), codec::encode_stream(stream));
}

Result<std::optional<std::string>> read(const kv::Reader& reader, kv::Wait wait, const std::string& key) {
  std::string bytes;
  TRY_ASSIGN(const bool found, reader.get(key, wait, bytes));
  return found ? std::optional(std::move(bytes)) : std::nullopt;
}

bool has_shard(const StreamRecord& stream, ShardNumber number) {
  return number >= stream.first_shard && (!stream.last_shard || number <= *stream.last_shard);
}

}  // namespace

Result<std::optional<StreamRecord>> find_stream(const kv::Reader& reader, kv::Wait wait, std::string_view region,
                                                std::string_view table_name, WallTime created) {
  TRY_ASSIGN(const auto bytes, read(reader, wait, codec::stream_key(region, table_name, created)));
  if (!bytes) return std::nullopt;
  return codec::decode_stream(*bytes);
}

Result<std::vector<StreamRecord>> list_streams(const kv::Reader& reader, kv::Wait wait, std::string_view region,
                                               std::string_view table_name, const std::optional<StreamRecord>& after,
                                               std::size_t limit) {
  const std::string prefix =
      table_name.empty() ? codec::streams_prefix(region) : codec::streams_prefix(region, table_name);
  kv::Range range{prefix, codec::after_prefix(prefix)};
  if (after) {
    range.begin =
        std::max(range.begin, codec::after_prefix(codec::stream_key(region, after->table_name, after->created)));
  }
  std::vector<StreamRecord> streams;
  const auto cursor = reader.scan(range, kv::Direction::kForward, wait);
  for (; cursor->valid() && streams.size() < limit; cursor->next()) {
    TRY_ASSIGN(streams.emplace_back(), codec::decode_stream(cursor->value()));
  }
  TRY(cursor->status());
  return streams;
}

Result<std::vector<StreamRecord>> list_streams(const kv::Reader& reader, kv::Wait wait) {
  const std::string all(1, static_cast<char>(codec::KeySpace::kStreams));
  std::vector<StreamRecord> streams;
  const auto cursor = reader.scan({all, codec::after_prefix(all)}, kv::Direction::kForward, wait);
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(streams.emplace_back(), codec::decode_stream(cursor->value()));
  }
  TRY(cursor->status());
  return streams;
}

Result<void> walk_shards(const kv::Reader& reader, kv::Wait wait, const StreamRecord& stream, ShardNumber from,
                         const ShardVisitor& visit) {
  const ShardNumber last = stream.last_shard.value_or(ShardNumber{UINT32_MAX});
  const kv::Range range{codec::shard_key(stream.table, std::max(from, stream.first_shard), ShardFact::kOpened),
                        codec::after_prefix(codec::shard_key(stream.table, last, ShardFact::kTrimmed))};
  std::optional<StoredShard> shard;  // as far as its facts have been read
  const auto cursor = reader.scan(range, kv::Direction::kForward, wait);
  for (; cursor->valid(); cursor->next()) {
    const auto [number, fact] = codec::fact_of_shard(cursor->key());
    if (fact == ShardFact::kOpened) {
      if (shard && !visit(*shard)) return {};
      TRY_ASSIGN(shard.emplace().opening, codec::decode_shard_opening(number, cursor->value()));
    } else if (!shard || shard->shard().number != number) {
      return fail(ErrorCode::kCorruption, "A shard was closed or trimmed that was never opened.");
    } else if (fact == ShardFact::kClosed) {
      TRY_ASSIGN(shard->closing, codec::decode_shard_closing(cursor->value()));
    } else {
      TRY_ASSIGN(shard->trimmed_to, codec::decode_shard_trimming(cursor->value()));
    }
  }
  TRY(cursor->status());
  if (shard) (void)visit(*shard);
  return {};
}

Result<std::vector<StoredShard>> read_shards(const kv::Reader& reader, kv::Wait wait, const StreamRecord& stream) {
  std::vector<StoredShard> shards;
  TRY(walk_shards(reader, wait, stream, stream.first_shard, [&](const StoredShard& shard) {
    shards.push_back(shard);
    return true;
  }));
  return shards;
}

Result<std::optional<StoredShard>> find_shard(const kv::Reader& reader, kv::Wait wait, const StreamRecord& stream,
                                              ShardNumber number) {
  if (!has_shard(stream, number)) return std::nullopt;
  const auto fact = [&](ShardFact which) { return read(reader, wait, codec::shard_key(stream.table, number, which)); };
  TRY_ASSIGN(const auto opened, fact(ShardFact::kOpened));
  if (!opened) return std::nullopt;
  StoredShard shard;
  TRY_ASSIGN(shard.opening, codec::decode_shard_opening(number, *opened));
  TRY_ASSIGN(const auto closed, fact(ShardFact::kClosed));
  if (closed) {
    TRY_ASSIGN(shard.closing, codec::decode_shard_closing(*closed));
  }
  TRY_ASSIGN(const auto trimmed, fact(ShardFact::kTrimmed));
  if (trimmed) {
    TRY_ASSIGN(shard.trimmed_to, codec::decode_shard_trimming(*trimmed));
  }
  return shard;
}

Result<void> settle_streams(const kv::Reader& reader, model::Table& after, WallTime now) {
  if (!is_enabled(&after)) {
    after.shards.clear();
    return {};
  }
  for (model::Shard& shard : after.shards) {
    if (shard.number != ShardNumber{}) continue;
    if (after.last_shard == ShardNumber{UINT32_MAX}) {
      return fail(ErrorCode::kLimitExceeded, "The table has had as many shards as it can have.");
    }
    shard.number = after.last_shard = ShardNumber{after.last_shard.value + 1};
    shard.opened = now;
  }
  std::ranges::sort(after.shards, {}, &model::Shard::first_hash);
  if (after.stream->first_shard != ShardNumber{}) return {};
  using std::chrono::milliseconds;
  after.stream->created = std::chrono::floor<milliseconds>(now);
  TRY_ASSIGN(const auto others, list_streams(reader, kv::Wait::kAllowed, after.region, after.name, {}, SIZE_MAX));
  if (!others.empty()) {
    after.stream->created = std::max(after.stream->created, others.back().created + milliseconds(1));
  }
  after.stream->first_shard = std::ranges::min(after.shards, {}, &model::Shard::number).number;
  return {};
}

void change_streams(const model::Table* before, const model::Table* after, WallTime now, kv::Batch& batch) {
  if (is_enabled(after)) {
    for (const model::Shard& shard : after->shards) {
      if (find_shard(before, shard.number) != nullptr) continue;
      batch.put(codec::shard_key(after->number, shard.number, ShardFact::kOpened), codec::encode_shard_opening(shard),
                codec::kShardRecordCommitAt);
    }
    if (!has_stream(before, after->stream->created)) put_stream(record_of(*after), batch);
  }
  if (!is_enabled(before)) return;
  for (const model::Shard& shard : before->shards) {
    if (find_shard(after, shard.number) != nullptr) continue;
    batch.put(codec::shard_key(before->number, shard.number, ShardFact::kClosed), codec::encode_shard_closing(now),
              codec::kShardRecordCommitAt);
  }
  if (has_stream(after, before->stream->created)) return;
  StreamRecord ended = record_of(*before);
  ended.disabled = now;
  ended.last_shard = before->last_shard;
  put_stream(ended, batch);
}

namespace {

// Trims one shard; true if it is gone altogether.
Result<bool> trim_shard(Session& session, const StreamRecord& stream, const StoredShard& shard, WallTime horizon,
                        TrimStep& step) {
  const kv::Reader& reader = session.storage.engine();
  const ShardNumber number = shard.shard().number;
  std::size_t old = 0;
  bool is_young = false;
  LogPosition behind_old = shard.trimmed_to;
  const auto visit = [&](LogPosition position, const codec::ChangeRecord& change) {
    is_young = change.time >= horizon;
    if (is_young || ++old > kMostTrimmed) return false;
    behind_old = {.commit = position.commit, .place = position.place + 1};
    return true;
  };
  TRY(read_changes(reader, session.wait, stream.table, number, shard.trimmed_to, visit));
  const bool is_gone = !is_young && old <= kMostTrimmed && shard.closing && shard.closing->closed < horizon;
  if (old > kMostTrimmed) step.is_last = false;
  if (old == 0 && !is_gone) return false;

  const std::string trimmed = codec::shard_key(stream.table, number, ShardFact::kTrimmed);
  const auto decide = [&](const kv::DecisionView&, kv::Batch& batch) -> Result<kv::Verdict> {
    const std::string prefix = codec::changes_prefix(stream.table, number);
    batch.erase_range(codec::change_key(stream.table, number, shard.trimmed_to),
                      is_gone ? codec::after_prefix(prefix) : codec::change_key(stream.table, number, behind_old));
    if (is_gone) {
      batch.erase_range(codec::shard_key(stream.table, number, ShardFact::kOpened), codec::after_prefix(trimmed));
    } else {
      batch.put(trimmed, codec::encode_shard_trimming(behind_old));
    }
    return kv::Verdict::kCommit;
  };
  TRY_ASSIGN(kv::Ticket ticket, session.storage.engine().commit({{trimmed}}, session.wait, decide));
  session.tickets.push_back(std::move(ticket));
  step.changes += std::min(old, kMostTrimmed);
  return is_gone;
}

Result<void> erase_stream(Session& session, const StreamRecord& stream) {
  const std::string key = codec::stream_key(stream.region, stream.table_name, stream.created);
  const auto decide = [&](const kv::DecisionView&, kv::Batch& batch) -> Result<kv::Verdict> {
    batch.erase(key);
    return kv::Verdict::kCommit;
  };
  TRY_ASSIGN(kv::Ticket ticket, session.storage.engine().commit({{key}}, session.wait, decide));
  session.tickets.push_back(std::move(ticket));
  return {};
}

}  // namespace

Result<TrimStep> trim_streams(Session& session, WallTime horizon) {
  const kv::Reader& reader = session.storage.engine();
  TRY_ASSIGN(const std::vector<StreamRecord> streams, list_streams(reader, session.wait));
  TrimStep step{.changes = 0, .is_last = true};
  for (const StreamRecord& stream : streams) {
    TRY_ASSIGN(const std::vector<StoredShard> shards, read_shards(reader, session.wait, stream));
    std::size_t gone = 0;
    for (const StoredShard& shard : shards) {
      TRY_ASSIGN(const bool is_gone, trim_shard(session, stream, shard, horizon, step));
      gone += is_gone ? 1 : 0;
    }
    if (gone == shards.size() && stream.disabled && *stream.disabled < horizon) TRY(erase_stream(session, stream));
  }
  return step;
}

}  // namespace stator::storage
