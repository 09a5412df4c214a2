#include "lambda/lane.h"

#include <algorithm>
#include <utility>

#include "lambda/batch_event.h"
#include "model/stream.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstBackoff = 100ms;
constexpr std::chrono::milliseconds kLongestBackoff = 30s;
// The least that a lane has room for: with small batches, a lane that is behind would otherwise keep its shard's other
// lanes waiting, and each batch would be a look of its own at the log.
constexpr std::size_t kLeastRoom = 100;
constexpr std::size_t kComma = 1;

}  // namespace

LaneSettings lane_settings(const model::EventSourceMapping& mapping) {
  std::chrono::seconds age = model::kStreamRetention;
  if (mapping.record_age_seconds != model::kForever) {
    age = std::min(age, std::chrono::seconds(mapping.record_age_seconds));
  }
  return {.batch_size = static_cast<std::size_t>(mapping.batch_size),
          .batching_window = std::chrono::seconds(mapping.batching_window_seconds),
          .retry_attempts = mapping.retry_attempts,
          .record_age = age,
          .bisects = mapping.bisect_batch_on_function_error};
}

bool Lane::wants_more() const {
  return records_.size() - in_parts_ < std::max(settings_.batch_size, kLeastRoom) && waiting_bytes_ < kMostEventBytes;
}

void Lane::add(LaneRecord record, MonotonicTime now) {
  waiting_bytes_ += record.json->size() + kComma;
  records_.push_back({std::move(record), now});
}

std::optional<codec::LogPosition> Lane::first_unfinished() const {
  if (records_.empty()) return std::nullopt;
  return records_.front().record.position;
}

Lane::Batch Lane::next_batch() const {
  const std::size_t waiting = records_.size() - in_parts_;
  if (waiting < settings_.batch_size && BatchEvent().size_with(waiting_bytes_) <= kMostEventBytes) {
    return {.size = waiting, .is_full = false};
  }
  const std::size_t most = std::min(waiting, settings_.batch_size);
  // A record that is too large for an event is one of its own.
  std::size_t size = 0;
  for (std::size_t bytes = BatchEvent().size_with(0); size < most; ++size) {
    bytes += record(in_parts_ + size).json->size() + kComma;
    if (bytes > kMostEventBytes && size > 0) break;
  }
  return {.size = size, .is_full = size == settings_.batch_size || size < waiting || !wants_more()};
}

std::size_t Lane::too_old(std::size_t count, WallTime wall) const {
  std::size_t old = 0;
  while (old < count && wall - record(old).written > settings_.record_age) ++old;
  return old;
}

LaneWork Lane::begin(MonotonicTime now, WallTime wall) {
  if (is_under_way() || records_.empty()) return {};
  const Batch fresh = parts_.empty() ? next_batch() : Batch{};
  const Part part = parts_.empty() ? Part{.size = fresh.size} : parts_.front();

  LaneWork work{.task = LaneTask::kGiveUp, .invocations = part.invocations, .function_failed = part.function_failed};
  if (part.is_exhausted) {
    work.count = part.size;
  } else if (const std::size_t old = too_old(part.size, wall); old > 0) {
    work.count = old;
    work.why = GivenUp::kTooOld;
  } else {
    MonotonicTime due = not_before_;
    if (parts_.empty() && !fresh.is_full && !is_ended_) {
      due = std::max(due, records_.front().since + settings_.batching_window);
    }
    if (now < due) return {.task = LaneTask::kRest, .until = due};
    work.task = LaneTask::kInvoke;
    work.count = part.size;
  }
  if (parts_.empty()) {
    parts_.push_back(part);
    in_parts_ = part.size;
    for (std::size_t i = 0; i < part.size; ++i) waiting_bytes_ -= record(i).json->size() + kComma;
  }
  under_way_ = work.count;
  return work;
}

void Lane::finish_call(CallOutcome outcome, MonotonicTime now) {
  const std::size_t called = std::exchange(under_way_, 0);
  if (outcome.result == CallResult::kItemsFailed && outcome.done >= called) outcome.result = CallResult::kSucceeded;
  switch (outcome.result) {
    case CallResult::kSucceeded:
      remove(called);
      failures_ = 0;
      break;
    case CallResult::kNotReached:
      back_off(now);
      break;
    case CallResult::kItemsFailed:
    case CallResult::kFailed:
      fail_part(outcome);
      back_off(now);
      break;
  }
}

void Lane::finish_giving_up() {
  const bool is_exhausted = parts_.front().is_exhausted;
  remove(std::exchange(under_way_, 0));
  if (!is_exhausted) return;
  failures_ = 0;
  not_before_ = MonotonicTime::min();
}

void Lane::fail_part(const CallOutcome& outcome) {
  if (outcome.result == CallResult::kItemsFailed && outcome.done > 0) {
    // What is left has failed once, however often it has with what is done.
    remove(outcome.done);
    parts_.front().attempts = 0;
    parts_.front().invocations = 0;
    failures_ = 0;
  }
  Part& part = parts_.front();
  ++part.invocations;
  part.function_failed = outcome.result == CallResult::kFailed;
  if (settings_.bisects && outcome.done == 0 && part.size > 1) {
    Part half = part;
    half.size = part.size / 2;
    part.size -= half.size;
    parts_.push_front(half);
    return;
  }
  ++part.attempts;
  part.is_exhausted = settings_.retry_attempts != model::kForever && part.attempts > settings_.retry_attempts;
}

void Lane::remove(std::size_t count) {
  records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(count));
  in_parts_ -= count;
  parts_.front().size -= count;
  if (parts_.front().size == 0) parts_.pop_front();
}

void Lane::back_off(MonotonicTime now) {
  constexpr std::uint32_t kMostDoublings = 16;
  const auto backoff = kFirstBackoff * (std::int64_t{1} << std::min(failures_, kMostDoublings));
  not_before_ = now + std::min<std::chrono::milliseconds>(backoff, kLongestBackoff);
  ++failures_;
}

}  // namespace stator::lambda
