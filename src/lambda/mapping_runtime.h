// What the parts that serve one event source mapping share.
#pragma once

#include <atomic>
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
};

// Of one mapping, constant while it is served but for last_result.
struct MappingRuntime {
  TriggerServices& services;
  std::uint64_t poller;  // its number
  model::EventSourceMapping mapping;
  codec::StreamRecord stream;
  EventFilter filter;
  std::string function_name;
  LaneSettings lanes;
  storage::ProcessingResult last_result = storage::ProcessingResult::kNone;  // since the runtime was made
};

}  // namespace stator::lambda
