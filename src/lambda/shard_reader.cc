#include "lambda/shard_reader.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "model/value.h"
#include "storage/change_log.h"
#include "streams/event.h"
#include "streams/shard_id.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kAfterFailure = 1s;
// What was looked at last so long ago may have been trimmed since: by far less than streams keep their records.
constexpr std::chrono::minutes kLongPause = 1min;
// What one read() may look at: other shards wait meanwhile.
constexpr std::size_t kMostChanges = 1000;
constexpr std::size_t kMostBytes = 4UL << 20;

// A copy that counts for as long as someone has it.
std::shared_ptr<const std::string> hold(const std::string& json,
                                        const std::shared_ptr<std::atomic<std::size_t>>& held_bytes) {
  held_bytes->fetch_add(json.size());
  return {new std::string(json), [held_bytes](const std::string* text) {
            held_bytes->fetch_sub(text->size());
            delete text;
          }};
}

}  // namespace

struct ShardReader::Look {
  MonotonicTime now;
  std::size_t changes = 0;
  std::size_t bytes = 0;
  bool is_cut = false;
  std::string json{};
};

ShardReader::ShardReader(MappingRuntime& runtime, const storage::StoredShard& shard,
                         std::optional<codec::LogPosition> next)
    : runtime_(runtime),
      shard_(shard.shard().number),
      shard_id_(streams::shard_id(shard.shard())),
      next_(next.value_or(shard.trimmed_to)),
      last_read_(runtime.services.clock.monotonic()) {
  skip_trimmed(shard.trimmed_to);
  next_ = std::max(next_, streams::start_of(shard));
  const auto lanes = static_cast<std::size_t>(runtime.mapping.parallelization_factor);
  for (std::size_t lane = 0; lane < lanes; ++lane) lanes_.emplace_back(runtime, shard.shard(), lane);
}

void ShardReader::close() {
  if (std::exchange(is_closed_, true)) return;
  note_changes();
}

bool ShardReader::wants_to_read() const {
  return is_behind_ && runtime_.services.clock.monotonic() >= not_before_ &&
         (!full_lane_ || has_room(lanes_[*full_lane_].lane()));
}

// A lane that has a record goes on some day, and makes room.
bool ShardReader::has_room(const Lane& lane) const {
  if (lane.size() == 0) return true;
  return lane.wants_more() && runtime_.held_bytes->load() < runtime_.services.most_held_bytes;
}

void ShardReader::read(const kv::Reader& state) {
  Look look{.now = runtime_.services.clock.monotonic()};
  full_lane_.reset();
  const auto done = read(state, look);
  if (done) return;
  not_before_ = look.now + kAfterFailure;
  const std::string& uuid = runtime_.mapping.uuid;
  runtime_.services.log.warn("a trigger cannot read a shard of its stream", uuid + shard_id_,
                             {{"mapping", uuid}, {"shard", shard_id_}, {"cause", done.error().message}});
}

void ShardReader::skip_trimmed(codec::LogPosition trimmed_to) {
  if (next_ >= trimmed_to) return;
  next_ = trimmed_to;
  runtime_.services.counters.gaps.fetch_add(1, std::memory_order_relaxed);
  const std::string& uuid = runtime_.mapping.uuid;
  runtime_.services.log.warn("a stream has trimmed away what a trigger had not read yet", uuid + shard_id_,
                             {{"function", runtime_.mapping.function_arn}, {"mapping", uuid}, {"shard", shard_id_}});
}

Result<void> ShardReader::read(const kv::Reader& state, Look& look) {
  if (look.now - last_read_ > kLongPause) {
    TRY_ASSIGN(const auto shard, storage::find_shard(state, kv::Wait::kAllowed, runtime_.stream, shard_));
    if (shard) skip_trimmed(shard->trimmed_to);
  }
  const auto visit = [&](codec::LogPosition position, const codec::ChangeRecord& change) {
    look.is_cut = look.changes == kMostChanges || look.bytes >= kMostBytes ||
                  (look.changes > 0 && !runtime_.services.has_time()) || !take(position, change, look);
    return !look.is_cut;
  };
  TRY_ASSIGN(next_, storage::read_changes(state, kv::Wait::kAllowed, runtime_.stream.table, shard_, next_, visit));
  last_read_ = look.now;
  if (look.is_cut) return {};
  is_behind_ = false;
  if (!is_closed_) return {};
  is_at_end_ = true;
  for (LaneRunner& runner : lanes_) runner.lane().end();
  return {};
}

bool ShardReader::take(codec::LogPosition position, const codec::ChangeRecord& change, Look& look) {
  const api::StreamEvent event = streams::event_of(runtime_.stream, shard_, position, change);
  const std::size_t number = lane_of(event);
  Lane& lane = lanes_[number].lane();
  if (!has_room(lane)) {
    full_lane_ = number;
    return false;
  }
  look.json.clear();
  api::append_function_event(look.json, event, runtime_.mapping.stream_arn);
  ++look.changes;
  look.bytes += look.json.size();
  if (runtime_.filter.matches(look.json)) {
    lane.add({.position = position, .written = event.time, .json = hold(look.json, runtime_.held_bytes)}, look.now);
  }
  // At once: a look that fails further on has still taken this one.
  next_ = {.commit = position.commit, .place = position.place + 1};
  return true;
}

std::size_t ShardReader::lane_of(const api::StreamEvent& event) const {
  if (lanes_.size() == 1) return 0;
  const model::MapView key = model::ValueView(event.keys).map();
  const std::string item = codec::item_key(runtime_.stream.table, runtime_.stream.key, key);
  // The highest bits tell the shards apart; the lowest are of all kinds in each.
  return codec::hash_of_item(item) % lanes_.size();
}

MonotonicTime ShardReader::work() {
  const bool reads_later = is_behind_ && runtime_.services.clock.monotonic() < not_before_;
  MonotonicTime due = reads_later ? not_before_ : MonotonicTime::max();
  for (LaneRunner& runner : lanes_) due = std::min(due, runner.work());
  return due;
}

void ShardReader::finish(const CallerId& caller, const InvocationOutcome& outcome) {
  if (caller.lane < lanes_.size()) lanes_[caller.lane].finish(caller, outcome);
}

void ShardReader::take_back_calls() {
  for (LaneRunner& runner : lanes_) runner.take_back_call();
}

bool ShardReader::is_calling() const { return std::ranges::any_of(lanes_, &LaneRunner::is_calling); }

codec::LogPosition ShardReader::checkpoint() const {
  codec::LogPosition lowest = next_;
  for (const LaneRunner& runner : lanes_) {
    if (const auto first = runner.lane().first_unfinished()) lowest = std::min(lowest, *first);
  }
  return lowest;
}

bool ShardReader::is_finished() const {
  return is_at_end_ && std::ranges::all_of(lanes_, [](const LaneRunner& runner) { return runner.lane().size() == 0; });
}

}  // namespace stator::lambda
