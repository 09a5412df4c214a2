#include "ops/get_shard_iterator.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "api/rule.h"
#include "ops/stream_lookup.h"
#include "storage/change_log.h"
#include "storage/streams.h"
#include "streams/sequence_number.h"
#include "streams/shard_id.h"
#include "streams/shard_iterator.h"

namespace stator::ops {
namespace {

using codec::LogPosition;
using storage::StoredShard;

// Times of changes rise with their positions but for this much: each is taken before its commit has its number.
constexpr std::chrono::seconds kDisorder{1};
// Looking further than this is for a thread that may wait.
constexpr int kMostChangesOnALoop = 200;

LogPosition first_of(CommitNumber commit) { return {.commit = commit, .place = 0}; }

std::unexpected<Error> fail_sequence_number() {
  return fail_validation(std::string(api::kInvalidParameter) + "Invalid SequenceNumber for the shard");
}

Result<LogPosition> numbered_position(const api::GetShardIterator::Request& request, const StoredShard& shard,
                                      CommitNumber last) {
  const std::optional<LogPosition> position = streams::parse_sequence_number(request.sequence_number);
  if (!position || *position < streams::start_of(shard)) return fail_sequence_number();
  // The start of a shard in which nothing has been written yet is beyond the last commit.
  if (position->commit > last && *position != streams::start_of(shard)) return fail_sequence_number();
  if (const auto end = streams::end_of(shard); end && *position > *end) return fail_sequence_number();
  if (*position < shard.trimmed_to) return fail_trimmed();
  if (request.type == api::ShardIteratorType::kAtSequenceNumber) return *position;
  if (position->place == UINT32_MAX) return first_of({position->commit.value + 1});
  return LogPosition{.commit = position->commit, .place = position->place + 1};
}

// Finds the first change that is not before a time.
class TimeSearch {
 public:
  TimeSearch(const Context& context, const kv::Reader& state, const codec::StreamRecord& stream,
             const StoredShard& shard)
      : context_(context), state_(state), stream_(stream), shard_(shard) {}

  // If there is none: where the next one will be.
  Result<LogPosition> find(WallTime time) {
    TRY_ASSIGN(const LogPosition near, bisect(time - kDisorder));
    int seen = 0;
    const auto is_before = [&](LogPosition, const codec::ChangeRecord& change) {
      return change.time < time && ++seen <= most_changes();
    };
    TRY_ASSIGN(const LogPosition found, read(near, is_before));
    if (seen > most_changes()) return fail(ErrorCode::kWouldBlock, "");
    return found;
  }

 private:
  [[nodiscard]] int most_changes() const {
    return context_.session.wait == kv::Wait::kNever ? kMostChangesOnALoop : INT32_MAX - 1;
  }
  Result<LogPosition> read(LogPosition from, const storage::ChangeVisitor& visit) {
    return storage::read_changes(state_, context_.session.wait, stream_.table, shard_.shard().number, from, visit);
  }

  // Bisects the commits: a position before which all is older, but for kDisorder.
  Result<LogPosition> bisect(WallTime time) {
    const LogPosition horizon = streams::trim_horizon(shard_);
    std::uint64_t low = horizon.commit.value;  // all before it is older
    std::uint64_t high =
        shard_.closing ? shard_.closing->commit.value : context_.storage.engine().last_durable().value + 1;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      bool is_older = false;
      const auto look = [&](LogPosition, const codec::ChangeRecord& change) {
        is_older = change.time < time;
        return false;
      };
      TRY_ASSIGN(const LogPosition first, read(std::max(horizon, first_of({middle})), look));
      if (is_older) {
        low = std::max(middle + 1, first.commit.value);
      } else {
        high = middle;
      }
    }
    return std::max(horizon, first_of({low}));
  }

  const Context& context_;
  const kv::Reader& state_;
  const codec::StreamRecord& stream_;
  const StoredShard& shard_;
};

Result<LogPosition> position_of(const Context& context, const kv::Reader& state, const codec::StreamRecord& stream,
                                const StoredShard& shard, const api::GetShardIterator::Request& request) {
  switch (request.type) {
    case api::ShardIteratorType::kTrimHorizon:
      return streams::trim_horizon(shard);
    case api::ShardIteratorType::kLatest:
      return std::max(streams::trim_horizon(shard), first_of({context.storage.engine().last_durable().value + 1}));
    case api::ShardIteratorType::kAtSequenceNumber:
    case api::ShardIteratorType::kAfterSequenceNumber:
      return numbered_position(request, shard, context.storage.engine().last_durable());
    case api::ShardIteratorType::kAtTimestamp:
      if (request.timestamp > context.clock.now()) {
        return fail_validation(std::string(api::kInvalidParameter) + "Timestamp must not be in the future");
      }
      return TimeSearch(context, state, stream, shard).find(request.timestamp);
  }
  std::unreachable();
}

}  // namespace

Result<api::GetShardIterator::Response> run(Context& context, const api::GetShardIterator::Request& request) {
  const auto state = context.storage.engine().snapshot();
  TRY_ASSIGN(const codec::StreamRecord stream, find_stream(context, *state, request.stream_arn));
  TRY_ASSIGN(const StoredShard shard, find_shard(context, *state, stream, request.shard_id));
  TRY_ASSIGN(const LogPosition next, position_of(context, *state, stream, shard, request));
  return api::GetShardIterator::Response{.iterator = streams::print({.stream_arn = request.stream_arn,
                                                                     .shard = shard.shard().number,
                                                                     .next = next,
                                                                     .made = context.clock.now()})};
}

}  // namespace stator::ops
