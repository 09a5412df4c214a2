// Triggers: call functions with what is new in the streams of their event source mappings, in order, at least once,
// and remember how far they have come.
// Source: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "lambda/targets.h"
#include "model/event_source_mapping.h"
#include "obs/log.h"
#include "storage/storage.h"

namespace stator::lambda {

// A trigger of the config file: the mapping that the stream of a table is to have for as long as it has a stream.
struct DeclaredTrigger {
  std::string table;
  std::string function;                // name or ARN
  model::EventSourceMapping settings;  // trigger, region and how the function is to be called
};

struct TriggerStats {
  std::uint64_t invocations = 0;
  std::uint64_t failures = 0;   // of them
  std::uint64_t records = 0;    // delivered
  std::uint64_t discarded = 0;  // records given up
};

// step() and drain() by one thread, all else by any.
class Triggers {
 public:
  struct Dependencies {
    storage::Storage& storage;
    Targets& targets;
    const Clock& clock;
    Random& random;
    obs::Log& log;
    std::vector<DeclaredTrigger> declared;
    std::function<void()> wake;  // asks for a step soon
  };
  // kInvalidParameterValue or kValidation: a declared trigger is wrong.
  static Result<std::unique_ptr<Triggers>> make(Dependencies dependencies);
  ~Triggers();

  // Looks for what is new, calls what can be called, takes in what calls have come to. Answers how long to rest before
  // the next step, unless woken.
  std::chrono::microseconds step();
  // True if new commits are of interest: who makes commits durable then wakes this.
  [[nodiscard]] bool is_following() const;
  // Calls nothing any more and waits, no longer than `patience`, for the calls under way; remembers how far all has
  // come.
  void drain(std::chrono::milliseconds patience);

  [[nodiscard]] TriggerStats stats() const;

 private:
  struct Impl;
  explicit Triggers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stator::lambda
