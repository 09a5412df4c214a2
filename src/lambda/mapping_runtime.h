// What the parts that serve one event source mapping share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "codec/stream_record.h"
#include "lambda/calls.h"
#include "lambda/event_filter.h"
#include "lambda/lane.h"
#include "lambda/rare_log.h"
#include "lambda/targets.h"
#include "model/event_source_mapping.h"
#include "storage/event_source_mappings.h"
#include "storage/storage.h"

namespace stator::lambda {

// Thread-safe.
struct TriggerCounters {
  std::atomic<std::uint64_t> invocations = 0;
  std::atomic<std::uint64_t> failures = 0;
  std::atomic<std::uint64_t> records = 0;
  std::atomic<std::uint64_t> discarded = 0;
  std::atomic<std::uint64_t> gaps = 0;
};

// Of all mappings. But for what says so itself, for the one thread of Triggers::step().
struct TriggerServices {
  storage::Storage& storage;
  Targets& targets;
  const Clock& clock;
  Random& random;
  RareLog log;
  std::shared_ptr<Calls> calls;
  TriggerCounters counters;
  std::size_t most_held_bytes;                     // of a mapping's records, as JSON, but for one of each lane
  std::uint64_t last_call = 0;                     // number
  MonotonicTime step_ends = MonotonicTime::max();  // when others are to have their turn

  [[nodiscard]] bool has_time() const { return clock.monotonic() < step_ends; }
};

// Of one mapping, constant while it is served but for held_bytes and last_result.
struct MappingRuntime {
  TriggerServices& services;
  std::uint64_t poller;  // its number
  model::EventSourceMapping mapping;
  codec::StreamRecord stream;
  EventFilter filter;
  std::string function_name;
  LaneSettings lanes;
  // Of the records that lanes and calls share; the last of these may be gone after all else.
  std::shared_ptr<std::atomic<std::size_t>> held_bytes = std::make_shared<std::atomic<std::size_t>>(0);
  storage::ProcessingResult last_result = storage::ProcessingResult::kNone;  // since the runtime was made
};

}  // namespace stator::lambda
