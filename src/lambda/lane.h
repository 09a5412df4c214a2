// A lane: records of one shard that a function is called with one batch after the other. What is to be done next, and
// what becomes of the records of a call that failed. A shard has as many lanes as calls of it may be under way at a
// time (ParallelizationFactor); the records of one item are all in one lane.
// Source: docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "codec/keys.h"
#include "lambda/failure_record.h"
#include "model/event_source_mapping.h"

namespace stator::lambda {

struct LaneSettings {
  std::size_t batch_size = 100;
  std::chrono::seconds batching_window{0};
  std::int32_t retry_attempts = model::kForever;
  std::chrono::seconds record_age{};  // no older ones are delivered
  bool bisects = false;
};
[[nodiscard]] LaneSettings lane_settings(const model::EventSourceMapping& mapping);

struct LaneRecord {
  codec::LogPosition position;
  WallTime written{};
  std::shared_ptr<const std::string> json;
};

enum class LaneTask : std::uint8_t { kRest, kInvoke, kGiveUp };

// What is to be done with the first `count` records of the lane; if nothing is, until when.
struct LaneWork {
  LaneTask task = LaneTask::kRest;
  std::size_t count = 0;
  MonotonicTime until = MonotonicTime::max();  // kRest; max(): until something happens to the lane
  // Of kGiveUp:
  GivenUp why = GivenUp::kRetriesExhausted;
  std::uint64_t invocations = 0;  // of these records that have failed
  bool function_failed = false;   // the last one: not only some of its records
};

enum class CallResult : std::uint8_t { kSucceeded, kItemsFailed, kFailed, kNotReached };

struct CallOutcome {
  CallResult result = CallResult::kSucceeded;
  std::size_t done = 0;  // kItemsFailed: how many records are done
};

// Not thread-safe.
class Lane {
 public:
  explicit Lane(LaneSettings settings) : settings_(settings) {}

  // Whether a batch or two are not there yet.
  [[nodiscard]] bool wants_more() const;
  // Positions rise. `now`: when it came.
  void add(LaneRecord record, MonotonicTime now);
  // No more will be added.
  void end() { is_ended_ = true; }

  // Work other than kRest is under way from here to its finish_...(); there is no other until then.
  LaneWork begin(MonotonicTime now, WallTime wall);
  void finish_call(CallOutcome outcome, MonotonicTime now);
  void finish_giving_up();

  [[nodiscard]] bool is_under_way() const { return under_way_ != 0; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] const LaneRecord& record(std::size_t i) const { return records_[i].record; }
  // Everything of the lane that is before it is done. None: all is.
  [[nodiscard]] std::optional<codec::LogPosition> first_unfinished() const;

 private:
  struct Waiting {
    LaneRecord record;
    MonotonicTime since;
  };
  // Records that have been a batch, or are a part of one.
  struct Part {
    std::size_t size = 0;
    std::int64_t attempts = 0;  // that have used up the retries' quota
    std::uint64_t invocations = 0;
    bool function_failed = false;
    bool is_exhausted = false;
  };
  struct Batch {
    std::size_t size = 0;
    bool is_full = false;
  };

  [[nodiscard]] Batch next_batch() const;
  // How many of the first `count` records are too old, in a row.
  [[nodiscard]] std::size_t too_old(std::size_t count, WallTime wall) const;
  void fail_part(const CallOutcome& outcome);
  void remove(std::size_t count);
  void back_off(MonotonicTime now);

  LaneSettings settings_;
  std::deque<Waiting> records_;
  std::deque<Part> parts_;         // of the records, from the first on; the others have not been in a batch
  std::size_t in_parts_ = 0;       // records
  std::size_t waiting_bytes_ = 0;  // of the others, as part of an event
  std::size_t under_way_ = 0;      // records
  std::uint32_t failures_ = 0;     // calls in a row
  MonotonicTime not_before_ = MonotonicTime::min();
  bool is_ended_ = false;
};

}  // namespace stator::lambda
