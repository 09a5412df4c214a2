#include "ops/get_records.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "ops/stream_lookup.h"
#include "storage/change_log.h"
#include "storage/streams.h"
#include "streams/event.h"
#include "streams/shard_id.h"
#include "streams/shard_iterator.h"

namespace stator::ops {
namespace {

using streams::ShardIterator;

constexpr std::size_t kMostBytes = 1 << 20;
// More than that is for a thread that may wait.
constexpr std::size_t kMostEventsOnALoop = 200;

// "Wed Mar 04 01:02:40 UTC 2020".
std::string printed(WallTime time) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  const std::tm utc = fmt::gmtime(seconds);
  return fmt::format("{:%a %b %d %H:%M:%S} UTC {:%Y}", utc, utc);
}

Result<void> check_age(const ShardIterator& iterator, WallTime now) {
  if (iterator.made >= now - streams::kIteratorLife) return {};
  return fail(
      ErrorCode::kExpiredIterator,
      fmt::format("Iterator expired. The iterator was created at time {} while right now it is {} which is "
                  "further in the future than the tolerated delay of {} milliseconds.",
                  printed(iterator.made), printed(now), std::chrono::milliseconds(streams::kIteratorLife).count()));
}

}  // namespace

Result<api::GetRecords::Response> run(Context& context, const api::GetRecords::Request& request) {
  std::optional<ShardIterator> iterator = streams::parse_shard_iterator(request.iterator);
  if (!iterator) return fail_validation("Invalid ShardIterator");
  const WallTime now = context.clock.now();
  TRY(check_age(*iterator, now));
  // Whether the shard is closed and what it has, of one moment.
  const auto state = context.storage.engine().snapshot();
  TRY_ASSIGN(const codec::StreamRecord stream, find_stream(context, *state, iterator->stream_arn));
  TRY_ASSIGN(const storage::StoredShard shard, find_shard(context, *state, stream, iterator->shard));
  if (iterator->next < streams::trim_horizon(shard)) return fail_trimmed();

  api::GetRecords::Response response;
  const bool on_a_loop = context.session.wait == kv::Wait::kNever;
  std::size_t bytes = 0;
  bool is_whole = true;
  bool is_large = false;
  const auto take = [&](codec::LogPosition position, const codec::ChangeRecord& change) {
    is_large = on_a_loop && response.events.size() == kMostEventsOnALoop;
    is_whole = response.events.size() < request.limit && bytes < kMostBytes;
    if (is_large || !is_whole) return false;
    api::StreamEvent event = streams::event_of(stream, iterator->shard, position, change);
    if (!response.events.empty() && bytes + event.size_bytes > kMostBytes) {
      is_whole = false;
      return false;
    }
    bytes += event.size_bytes;
    response.events.push_back(std::move(event));
    return true;
  };
  TRY_ASSIGN(iterator->next,
             storage::read_changes(*state, context.session.wait, stream.table, iterator->shard, iterator->next, take));
  if (is_large && is_whole) return fail(ErrorCode::kWouldBlock, "");
  if (is_whole && shard.closing) return response;
  iterator->made = now;
  response.next_iterator = streams::print(*iterator);
  return response;
}

}  // namespace stator::ops
