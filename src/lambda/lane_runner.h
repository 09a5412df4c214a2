// Does what a lane has to do: calls the function with its batches, and tells the mapping's destination of records that
// are given up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "codec/keys.h"
#include "lambda/calls.h"
#include "lambda/lane.h"
#include "lambda/mapping_runtime.h"
#include "model/stream.h"

namespace stator::lambda {

// Not thread-safe. `runtime` outlives it.
class LaneRunner {
 public:
  LaneRunner(MappingRuntime& runtime, const model::Shard& shard, std::size_t number);

  [[nodiscard]] Lane& lane() { return lane_; }
  [[nodiscard]] const Lane& lane() const { return lane_; }
  // Waits for finish().
  [[nodiscard]] bool is_calling() const { return is_calling_; }

  // Begins what can be begun. Answers when there may be more; max(): when something happens to the lane.
  MonotonicTime work();
  // What the call under way has come to.
  void finish(const InvocationOutcome& outcome);

 private:
  // Records that the destination is being told of.
  struct GivingUp {
    std::size_t count = 0;
    std::string document;
    codec::LogPosition first;
    codec::LogPosition last;
    WallTime last_written{};
    int tries = 0;  // that have failed
    MonotonicTime not_before = MonotonicTime::min();
  };

  void call(Function& function, std::string event);
  void invoke(const LaneWork& work);
  void give_up(const LaneWork& work);
  // Begins to, or answers when to try again.
  MonotonicTime tell_destination();
  void fail_to_tell(const std::string& cause, bool was_reached);
  void finish_invocation(const InvocationOutcome& outcome);
  void finish_telling(const InvocationOutcome& outcome);
  void finish_giving_up(std::size_t count);
  [[nodiscard]] CallOutcome outcome_of(const InvocationOutcome& outcome) const;
  [[nodiscard]] std::string event_of(std::size_t count) const;
  [[nodiscard]] std::string document_of(const LaneWork& work) const;

  MappingRuntime& runtime_;
  std::string shard_id_;
  CallerId id_;
  Lane lane_;
  std::size_t called_with_ = 0;  // records
  bool is_calling_ = false;
  std::optional<GivingUp> giving_up_;
};

}  // namespace stator::lambda
