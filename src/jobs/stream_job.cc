#include "jobs/stream_job.h"

#include <algorithm>
#include <string>
#include <vector>

#include "capacity/partitions.h"
#include "kv/ticket.h"
#include "storage/streams.h"

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;
using capacity::HashRange;

constexpr std::chrono::microseconds kLongestRest = 1min;
constexpr std::chrono::microseconds kShortestRest = 1ms;
constexpr std::chrono::microseconds kAfterFailure = 1s;
// Trimming looks at every stream, and the job is woken by each change of any table.
constexpr std::chrono::seconds kBetweenTrims{1};

bool has_enabled_stream(const model::Table& table) {
  return table.stream && table.stream->enabled && table.status != model::TableStatus::kDeleting;
}

}  // namespace

std::vector<model::Shard> next_shards(const model::Table& table, WallTime roll_before) {
  const std::vector<HashRange> partitions = capacity::partitions(table);
  std::vector<model::Shard> next;
  for (const model::Shard& shard : table.shards) {
    const HashRange hashes{shard.first_hash, shard.last_hash};
    const auto holds = std::ranges::count_if(partitions, [&](const HashRange& p) { return p.overlaps(hashes); });
    if (shard.opened > roll_before && holds == 1) {
      next.push_back(shard);
      continue;
    }
    for (const HashRange& partition : partitions) {
      if (!partition.overlaps(hashes)) continue;
      const HashRange child = partition.intersection(hashes);
      next.push_back({.number = {}, .parent = shard.number, .first_hash = child.first, .last_hash = child.last});
    }
  }
  return next;
}

std::chrono::microseconds StreamJob::step() {
  const std::chrono::microseconds rest = roll_shards();
  return trim() ? kShortestRest : rest;
}

std::chrono::microseconds StreamJob::roll_shards() {
  std::chrono::microseconds rest = kLongestRest;
  const auto catalog = with_.storage.catalog();
  for (const auto& [name, table] : catalog->tables()) {
    const model::Table& definition = table->definition();
    if (!has_enabled_stream(definition)) continue;
    const WallTime now = with_.clock.now();
    if (next_shards(definition, now - with_.shard_life) != definition.shards) {
      if (const auto rolled = roll(definition); !rolled) {
        with_.log.write(obs::Level::kWarn, "a stream's shards could not be rolled over",
                        {{"table", definition.name}, {"cause", rolled.error().message}});
        rest = std::min(rest, kAfterFailure);
      }
      continue;
    }
    for (const model::Shard& shard : definition.shards) {
      const std::chrono::microseconds due = shard.opened + with_.shard_life - now;
      rest = std::min(rest, std::max(due, kShortestRest));
    }
  }
  return rest;
}

Result<void> StreamJob::roll(const model::Table& table) {
  storage::Session session{.storage = with_.storage};
  std::size_t closed = 0;
  const auto changed =
      with_.storage.change_table(session, table.region, table.name, [&](model::Table& present) -> Result<void> {
        if (present.number != table.number || !has_enabled_stream(present)) {
          return fail(ErrorCode::kStale, "The stream was disabled.");
        }
        std::vector<model::Shard> next = next_shards(present, with_.clock.now() - with_.shard_life);
        closed = static_cast<std::size_t>(std::ranges::count_if(present.shards, [&](const model::Shard& shard) {
          return std::ranges::find(next, shard.number, &model::Shard::number) == next.end();
        }));
        present.shards = std::move(next);
        return {};
      });
  if (!changed && changed.error().code != ErrorCode::kStale && changed.error().code != ErrorCode::kResourceNotFound) {
    return std::unexpected(changed.error());
  }
  if (changed) shards_rolled_.fetch_add(closed, std::memory_order_relaxed);
  return {};
}

bool StreamJob::trim() {
  const MonotonicTime now = with_.clock.monotonic();
  if (now < next_trim_) return false;
  storage::Session session{.storage = with_.storage};
  Result<storage::TrimStep> step = storage::trim_streams(session, with_.clock.now() - model::kStreamRetention);
  for (const kv::Ticket& ticket : session.tickets) {
    if (auto durable = kv::wait(ticket); !durable) step = std::unexpected(std::move(durable).error());
  }
  if (!step) {
    with_.log.write(obs::Level::kWarn, "streams could not be trimmed", {{"cause", step.error().message}});
    return false;
  }
  changes_trimmed_.fetch_add(step->changes, std::memory_order_relaxed);
  if (step->is_last) next_trim_ = now + kBetweenTrims;
  return !step->is_last;
}

}  // namespace stator::jobs
