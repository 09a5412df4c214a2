// Does what a lane has to do: calls the function with its batches, and tells the mapping's destination of records that
// are given up.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "lambda/calls.h"
#include "lambda/failure_record.h"
#include "lambda/lane.h"
#include "lambda/mapping_runtime.h"
#include "lambda/pending_event.h"
#include "model/stream.h"

namespace stator::lambda {

// Not thread-safe. `runtime` outlives it.
class LaneRunner {
 public:
  LaneRunner(MappingRuntime& runtime, const model::Shard& shard, std::size_t number);
  ~LaneRunner() { take_back_call(); }
  LaneRunner(const LaneRunner&) = delete;
  LaneRunner& operator=(const LaneRunner&) = delete;

  [[nodiscard]] Lane& lane() { return lane_; }
  [[nodiscard]] const Lane& lane() const { return lane_; }
  // Waits for finish().
  [[nodiscard]] bool is_calling() const { return calling_ != nullptr; }

  // Begins what can be begun. Answers when there may be more; max(): when something happens to the lane.
  MonotonicTime work();
  // What a call has come to.
  void finish(const CallerId& caller, const InvocationOutcome& outcome);
  // A call that has not begun never will.
  void take_back_call();

 private:
  // Records that the destination is being told of.
  struct GivingUp {
    FailureRecord record;
    int tries = 0;  // that have failed
    MonotonicTime not_before = MonotonicTime::min();
  };

  void call(Function& function, PendingEvent::Render render);
  void invoke(const LaneWork& work);
  void give_up(const LaneWork& work);
  // Begins to, or answers when to try again.
  MonotonicTime tell_destination();
  void fail_to_tell(const std::string& cause, bool was_reached);
  void finish_invocation(const InvocationOutcome& outcome);
  void finish_telling(const InvocationOutcome& outcome);
  void finish_giving_up(std::size_t count);
  [[nodiscard]] CallOutcome outcome_of(const InvocationOutcome& outcome) const;
  // The first `count` records as an event.
  [[nodiscard]] PendingEvent::Render event_of(std::size_t count) const;
  [[nodiscard]] FailureRecord failure_of(const LaneWork& work) const;

  MappingRuntime& runtime_;
  std::string shard_id_;
  CallerId id_;  // of the last call
  Lane lane_;
  std::size_t called_with_ = 0;            // records
  std::shared_ptr<PendingEvent> calling_;  // null: no call is under way
  std::optional<GivingUp> giving_up_;
};

}  // namespace stator::lambda
