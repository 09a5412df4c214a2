#include "lambda/lane_runner.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/table_request.h"
#include "lambda/batch_event.h"
#include "lambda/failure_record.h"
#include "lambda/item_failures.h"
#include "model/stream.h"
#include "streams/sequence_number.h"
#include "streams/shard_id.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

// Of a destination that refuses. One that is not reached is tried for as long as the stream would keep the records.
constexpr int kMostRefusals = 3;
constexpr std::chrono::seconds kFirstBetweenTries = 1s;
constexpr int kMostDoublings = 6;

bool is_bucket(std::string_view arn) {
  const auto parsed = api::parse_arn(arn);
  return parsed && parsed->service == "s3";
}

}  // namespace

LaneRunner::LaneRunner(MappingRuntime& runtime, const model::Shard& shard, std::size_t number)
    : runtime_(runtime),
      shard_id_(streams::shard_id(shard)),
      id_{.poller = runtime.poller, .shard = shard.number, .lane = number},
      lane_(runtime.lanes) {}

MonotonicTime LaneRunner::work() {
  const TriggerServices& services = runtime_.services;
  while (!is_calling()) {
    if (giving_up_) {
      if (const MonotonicTime again = tell_destination(); giving_up_) return again;
      continue;
    }
    const LaneWork work = lane_.begin(services.clock.monotonic(), services.clock.now());
    switch (work.task) {
      case LaneTask::kRest:
        return work.until;
      case LaneTask::kInvoke:
        invoke(work);
        break;
      case LaneTask::kGiveUp:
        give_up(work);
        break;
    }
  }
  return MonotonicTime::max();
}

void LaneRunner::call(Function& function, PendingEvent::Render render) {
  calling_ = std::make_shared<PendingEvent>(std::move(render));
  id_.call = ++runtime_.services.last_call;
  runtime_.services.calls->start(function, calling_, id_);
}

void LaneRunner::take_back_call() {
  if (!is_calling() || !calling_->take_back()) return;
  calling_.reset();
  if (!giving_up_) lane_.finish_call({.result = CallResult::kNotReached}, runtime_.services.clock.monotonic());
}

void LaneRunner::invoke(const LaneWork& work) {
  TriggerServices& services = runtime_.services;
  Function* const function = services.targets.function(runtime_.function_name, runtime_.mapping.region);
  if (function == nullptr) {
    services.log.warn("a trigger's function is not declared", runtime_.mapping.uuid,
                      {{"function", runtime_.mapping.function_arn}, {"mapping", runtime_.mapping.uuid}});
    lane_.finish_call({.result = CallResult::kNotReached}, services.clock.monotonic());
    return;
  }
  called_with_ = work.count;
  call(*function, event_of(work.count));
}

void LaneRunner::give_up(const LaneWork& work) {
  const model::EventSourceMapping& mapping = runtime_.mapping;
  runtime_.services.log.warn("records of a trigger are given up", mapping.uuid,
                             {{"function", mapping.function_arn},
                              {"mapping", mapping.uuid},
                              {"shard", shard_id_},
                              {"records", fmt::format("{}", work.count)},
                              {"cause", work.why == GivenUp::kTooOld ? "they are too old" : "no retry is left"}});
  if (mapping.on_failure.empty()) {
    finish_giving_up(work.count);
  } else {
    giving_up_ = {.record = failure_of(work)};
  }
}

MonotonicTime LaneRunner::tell_destination() {
  TriggerServices& services = runtime_.services;
  if (services.clock.monotonic() < giving_up_->not_before) return giving_up_->not_before;
  const std::string& arn = runtime_.mapping.on_failure;
  Function* const destination = services.targets.destination(arn);
  if (destination == nullptr) {
    fail_to_tell("it is not declared", false);
    return giving_up_ ? giving_up_->not_before : MonotonicTime::min();
  }
  PendingEvent::Render payload = is_bucket(arn) ? event_of(giving_up_->record.batch_size) : nullptr;
  call(*destination, [record = giving_up_->record, payload = std::move(payload)]() mutable {
    if (payload) record.payload = payload();
    return render(record);
  });
  return MonotonicTime::max();
}

void LaneRunner::finish(const CallerId& caller, const InvocationOutcome& outcome) {
  // One that was taken back.
  if (!is_calling() || caller.call != id_.call) return;
  calling_.reset();
  if (giving_up_) {
    finish_telling(outcome);
  } else {
    finish_invocation(outcome);
  }
}

void LaneRunner::finish_telling(const InvocationOutcome& outcome) {
  if (outcome.status != InvocationStatus::kSucceeded) {
    fail_to_tell(outcome.cause, outcome.status == InvocationStatus::kFailed);
  } else {
    finish_giving_up(giving_up_->record.batch_size);
  }
}

void LaneRunner::fail_to_tell(const std::string& cause, bool was_reached) {
  TriggerServices& services = runtime_.services;
  const std::string& uuid = runtime_.mapping.uuid;
  const int doublings = std::min(giving_up_->tries, kMostDoublings);
  const bool is_kept = services.clock.now() - giving_up_->record.last_written <= model::kStreamRetention;
  if (++giving_up_->tries < kMostRefusals || (!was_reached && is_kept)) {
    services.log.warn("a trigger's destination cannot be told of records that are given up", uuid,
                      {{"destination", runtime_.mapping.on_failure}, {"mapping", uuid}, {"cause", cause}});
    giving_up_->not_before = services.clock.monotonic() + kFirstBetweenTries * (1 << doublings);
    return;
  }
  const std::string first = streams::sequence_number(giving_up_->record.first);
  // Each is lost but for this line: of each there is one.
  services.log.warn("records are given up, and a trigger's destination was not told", uuid + first,
                    {{"destination", runtime_.mapping.on_failure},
                     {"mapping", uuid},
                     {"shard", shard_id_},
                     {"first", first},
                     {"last", streams::sequence_number(giving_up_->record.last)},
                     {"cause", cause}});
  finish_giving_up(giving_up_->record.batch_size);
}

void LaneRunner::finish_giving_up(std::size_t count) {
  giving_up_.reset();
  lane_.finish_giving_up();
  runtime_.services.counters.discarded.fetch_add(count, std::memory_order_relaxed);
}

void LaneRunner::finish_invocation(const InvocationOutcome& outcome) {
  TriggerServices& services = runtime_.services;
  services.counters.invocations.fetch_add(1, std::memory_order_relaxed);
  const CallOutcome call = outcome_of(outcome);
  const bool is_ok = call.result == CallResult::kSucceeded;
  runtime_.last_result = is_ok ? storage::ProcessingResult::kOk : storage::ProcessingResult::kFunctionFailed;
  services.counters.records.fetch_add(is_ok ? called_with_ : call.done, std::memory_order_relaxed);
  if (!is_ok) {
    services.counters.failures.fetch_add(1, std::memory_order_relaxed);
    const std::string cause =
        call.result == CallResult::kItemsFailed ? "its answer names records that failed" : outcome.cause;
    services.log.warn(
        call.result == CallResult::kNotReached ? "a trigger's function was not reached" : "a trigger's function failed",
        runtime_.mapping.uuid,
        {{"function", runtime_.mapping.function_arn}, {"mapping", runtime_.mapping.uuid}, {"cause", cause}});
  }
  lane_.finish_call(call, services.clock.monotonic());
}

CallOutcome LaneRunner::outcome_of(const InvocationOutcome& outcome) const {
  switch (outcome.status) {
    case InvocationStatus::kFailed:
      return {.result = CallResult::kFailed};
    case InvocationStatus::kNotReached:
      return {.result = CallResult::kNotReached};
    case InvocationStatus::kSucceeded:
      break;
  }
  if (!runtime_.mapping.report_batch_item_failures) return {};
  std::vector<codec::LogPosition> positions;
  for (std::size_t i = 0; i < called_with_; ++i) positions.push_back(lane_.record(i).position);
  const std::size_t done = records_done(outcome.response, positions);
  if (done == called_with_) return {};
  return {.result = CallResult::kItemsFailed, .done = done};
}

PendingEvent::Render LaneRunner::event_of(std::size_t count) const {
  std::vector<std::shared_ptr<const std::string>> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(lane_.record(i).json);
  return [records = std::move(records)] {
    BatchEvent event;
    for (const auto& record : records) event.add(*record);
    return std::move(event).release();
  };
}

FailureRecord LaneRunner::failure_of(const LaneWork& work) const {
  const model::EventSourceMapping& mapping = runtime_.mapping;
  const LaneRecord& first = lane_.record(0);
  const LaneRecord& last = lane_.record(work.count - 1);
  return {.request_id = make_uuid(runtime_.services.random),
          .function_arn = mapping.function_arn,
          .why = work.why,
          .invocations = work.invocations,
          .function_failed = work.function_failed,
          .now = runtime_.services.clock.now(),
          .shard_id = shard_id_,
          .stream_arn = mapping.stream_arn,
          .first = first.position,
          .last = last.position,
          .first_written = first.written,
          .last_written = last.written,
          .batch_size = work.count,
          .payload = {}};
}

}  // namespace stator::lambda
