// Reads the changes of one shard for one mapping, and spreads those that match its filter over the shard's lanes.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "api/stream_event.h"
#include "base/clock.h"
#include "base/result.h"
#include "codec/change_record.h"
#include "codec/keys.h"
#include "kv/engine.h"
#include "lambda/lane_runner.h"
#include "lambda/mapping_runtime.h"
#include "storage/streams.h"

namespace stator::lambda {

// Not thread-safe. `runtime` outlives it.
class ShardReader {
 public:
  // Everything before `next` is done; none: it begins with what there is.
  ShardReader(MappingRuntime& runtime, const storage::StoredShard& shard, std::optional<codec::LogPosition> next);

  // There may be changes that it has not read.
  void note_changes() { is_behind_ = !is_at_end_; }
  // The shard is closed, and the states that are read from now on know of it.
  void close();

  // Whether there may be something to read for which there is room.
  [[nodiscard]] bool wants_to_read() const;
  // Reads some of it. What cannot be read is logged, and tried again after a while; the lanes go on meanwhile.
  void read(const kv::Reader& state);

  // Begins what the lanes can begin. Answers when there may be more.
  MonotonicTime work();
  void finish(const CallerId& caller, const InvocationOutcome& outcome);
  [[nodiscard]] bool is_calling() const;
  // Calls that have not begun never will.
  void take_back_calls();

  // Everything before it is done.
  [[nodiscard]] codec::LogPosition checkpoint() const;
  [[nodiscard]] bool is_at_end() const { return is_at_end_; }
  // Closed, read to its end, and nothing of it is left to do.
  [[nodiscard]] bool is_finished() const;

 private:
  struct Look;  // one read()

  Result<void> read(const kv::Reader& state, Look& look);
  // Goes on behind what the stream has lost, if anything.
  void skip_trimmed(codec::LogPosition trimmed_to);
  // False if there is no room for the change.
  bool take(codec::LogPosition position, const codec::ChangeRecord& change, Look& look);
  [[nodiscard]] bool has_room(const Lane& lane) const;
  [[nodiscard]] std::size_t lane_of(const api::StreamEvent& event) const;

  MappingRuntime& runtime_;
  ShardNumber shard_;
  std::string shard_id_;
  codec::LogPosition next_;  // nothing before it will be read again
  std::deque<LaneRunner> lanes_;
  std::optional<std::size_t> full_lane_;             // which the last read() has stopped for
  MonotonicTime not_before_ = MonotonicTime::min();  // to read, after a failure
  MonotonicTime last_read_;
  bool is_behind_ = true;
  bool is_closed_ = false;
  bool is_at_end_ = false;
};

}  // namespace stator::lambda
