// Triggers: call functions with what is new in the streams of their event source mappings, in order, at least once,
// and remember how far they have come.
// Source: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "lambda/declared_triggers.h"
#include "lambda/targets.h"
#include "obs/log.h"
#include "storage/storage.h"

namespace stator::lambda {

struct TriggerStats {
  std::uint64_t invocations = 0;
  std::uint64_t failures = 0;   // of them
  std::uint64_t records = 0;    // delivered
  std::uint64_t discarded = 0;  // records given up
  std::uint64_t gaps = 0;       // times that a stream had trimmed away what was not read yet
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
    std::function<void()> wake;            // asks for a step soon; is quick
    std::size_t held_bytes = 128UL << 20;  // of records that wait for functions, or are with them
  };
  // kValidation: a declared trigger is wrong.
  static Result<std::unique_ptr<Triggers>> make(Dependencies dependencies);
  // Whatever calls are under way come to nothing.
  ~Triggers();

  // Looks for what is new, calls what can be called, takes in what calls have come to. Answers how long to rest before
  // the next step, unless woken.
  std::chrono::microseconds step();
  // For kv::Engine::on_log(): the change under this key of the change log has become durable. Cheap.
  void note_logged(std::string_view key);
  // For storage::Storage::on_change(): tables, streams or mappings are not what they were.
  void note_change();
  // Calls nothing any more and waits, no longer than `patience`, for the calls under way; remembers how far all has
  // come. Then calls that end wake nobody any more.
  void drain(std::chrono::milliseconds patience);

  [[nodiscard]] TriggerStats stats() const;

 private:
  struct Impl;
  explicit Triggers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stator::lambda
