#include "lambda/mapping_poller.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/function_name.h"
#include "lambda/event_filter.h"
#include "lambda/in_turn.h"
#include "lambda/mapped_stream.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kAfterFailure = 1s;

}  // namespace

Result<std::unique_ptr<MappingPoller>> MappingPoller::make(TriggerServices& services, std::uint64_t number,
                                                           model::EventSourceMapping mapping) {
  const kv::Reader& reader = services.storage.engine();
  TRY_ASSIGN(auto checkpoints, storage::read_checkpoints(reader, kv::Wait::kAllowed, mapping.uuid));
  TRY_ASSIGN(const auto result, storage::read_last_result(reader, kv::Wait::kAllowed, mapping.uuid));
  return std::unique_ptr<MappingPoller>(
      new MappingPoller(services, number, std::move(mapping), ProgressWriter(std::move(checkpoints), result)));
}

void MappingPoller::set_mapping(const model::EventSourceMapping& mapping) {
  next_mapping_ = mapping;
  // A change that changes nothing else leaves the calls alone.
  mapping_.last_modified = mapping.last_modified;
  if (mapping == mapping_) next_mapping_.reset();
}

void MappingPoller::take_back_calls() {
  for (auto& [number, reader] : readers_) reader.take_back_calls();
}

void MappingPoller::note_changes() {
  for (auto& [number, reader] : readers_) reader.note_changes();
}

MonotonicTime MappingPoller::step(const State& state) {
  const MonotonicTime now = services_.clock.monotonic();
  if (next_mapping_) take_back_calls();
  if (next_mapping_ && !is_calling()) adopt();
  MonotonicTime due = MonotonicTime::max();
  if (!next_mapping_ && mapping_.enabled) {
    if (now < not_before_) {
      due = not_before_;
    } else if (const auto served = serve(state)) {
      due = *served;
    } else {
      services_.log.warn("a trigger cannot read its stream", mapping_.uuid,
                         {{"mapping", mapping_.uuid}, {"cause", served.error().message}});
      due = not_before_ = now + kAfterFailure;
    }
  }
  collect_progress();
  return std::min(due, progress_.write(services_.storage, mapping_, now, services_.log));
}

void MappingPoller::finish(const CallerId& caller, const InvocationOutcome& outcome) {
  if (const auto at = readers_.find(caller.shard); at != readers_.end()) at->second.finish(caller, outcome);
}

bool MappingPoller::is_calling() const {
  return std::ranges::any_of(readers_, [](const auto& entry) { return entry.second.is_calling(); });
}

std::optional<TableNumber> MappingPoller::followed_table() const {
  const bool is_open = std::ranges::any_of(readers_, [](const auto& entry) { return !entry.second.is_at_end(); });
  return is_open ? std::optional(runtime_->stream.table) : std::nullopt;
}

Result<void> MappingPoller::flush(storage::Session& session) {
  collect_progress();
  return progress_.flush(session, mapping_);
}

void MappingPoller::collect_progress() {
  for (const auto& [number, reader] : readers_) progress_.set(number, {.next = reader.checkpoint()});
  if (runtime_) progress_.set_result(runtime_->last_result);
}

void MappingPoller::adopt() {
  collect_progress();
  readers_.clear();
  runtime_.reset();
  mapping_ = *std::exchange(next_mapping_, std::nullopt);
  is_stream_new_ = true;
}

Result<MonotonicTime> MappingPoller::serve(const State& state) {
  if (is_stream_new_) TRY(look_at_stream(state()));
  MonotonicTime due = MonotonicTime::max();
  do {
    open_readers();
    due = MonotonicTime::max();
    visit_in_turn(readers_, first_reader_, [&](ShardReader& reader) {
      if (reader.wants_to_read()) reader.read(state());
      due = std::min(due, reader.work());
      const bool has_time = services_.has_time();
      if (reader.wants_to_read() || !has_time) due = MonotonicTime::min();
      return has_time;
    });
  } while (drop_finished_readers());
  return due;
}

Result<void> MappingPoller::look_at_stream(const kv::Reader& state) {
  TRY_ASSIGN(const auto stream, find_stream(state, mapping_.stream_arn));
  shards_.clear();
  if (stream) {
    TRY_ASSIGN(shards_, storage::read_shards(state, kv::Wait::kAllowed, *stream));
    if (!runtime_) TRY(make_runtime(*stream));
  }
  is_stream_new_ = false;
  for (const storage::StoredShard& shard : shards_) {
    const auto at = readers_.find(shard.shard().number);
    if (shard.closing && at != readers_.end()) at->second.close();
  }
  for (auto& [number, reader] : readers_) {
    if (!has_shard(number)) reader.close();
  }
  std::vector<ShardNumber> gone;
  for (const auto& [number, checkpoint] : progress_.checkpoints()) {
    if (!has_shard(number) && !readers_.contains(number)) gone.push_back(number);
  }
  for (const ShardNumber number : gone) progress_.erase(number);
  return {};
}

Result<void> MappingPoller::make_runtime(const codec::StreamRecord& stream) {
  TRY_ASSIGN(EventFilter filter, EventFilter::compile(mapping_.filters));
  const auto function = api::parse_function_name(mapping_.function_arn);
  if (!function) return fail(ErrorCode::kCorruption, "The mapping's function has no name.");
  runtime_ = std::make_unique<MappingRuntime>(MappingRuntime{.services = services_,
                                                             .poller = number_,
                                                             .mapping = mapping_,
                                                             .stream = stream,
                                                             .filter = std::move(filter),
                                                             .function_name = std::string(function->name),
                                                             .lanes = lane_settings(mapping_)});
  return {};
}

void MappingPoller::open_readers() {
  for (const storage::StoredShard& shard : shards_) {
    const ShardNumber number = shard.shard().number;
    if (readers_.contains(number) || progress_.is_finished(number)) continue;
    if (const auto& parent = shard.shard().parent; parent && !is_done(*parent)) continue;
    open_reader(shard);
  }
}

void MappingPoller::open_reader(const storage::StoredShard& shard) {
  const ShardNumber number = shard.shard().number;
  std::optional<codec::LogPosition> next;
  if (mapping_.after.value > 0) next = {.commit = {mapping_.after.value + 1}, .place = 0};
  if (const auto at = progress_.checkpoints().find(number); at != progress_.checkpoints().end()) {
    next = std::max(next, std::optional(at->second.next));
  }
  ShardReader& reader = readers_.try_emplace(number, *runtime_, shard, next).first->second;
  if (shard.closing) reader.close();
}

bool MappingPoller::has_shard(ShardNumber shard) const {
  // They are in the order of their numbers.
  return std::ranges::binary_search(shards_, shard, {},
                                    [](const storage::StoredShard& one) { return one.shard().number; });
}

bool MappingPoller::is_done(ShardNumber shard) const {
  return !readers_.contains(shard) && (!has_shard(shard) || progress_.is_finished(shard));
}

bool MappingPoller::drop_finished_readers() {
  bool dropped = false;
  for (auto at = readers_.begin(); at != readers_.end();) {
    if (!at->second.is_finished()) {
      ++at;
      continue;
    }
    if (has_shard(at->first)) {
      progress_.set(at->first, {.next = at->second.checkpoint(), .is_finished = true});
    } else {
      progress_.erase(at->first);
    }
    at = readers_.erase(at);
    dropped = true;
  }
  return dropped;
}

}  // namespace stator::lambda
