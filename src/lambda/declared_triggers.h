// The triggers of the config file, as event source mappings: made, changed and deleted as the file and the tables'
// streams ask for it.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "lambda/rare_log.h"
#include "lambda/targets.h"
#include "model/event_source_mapping.h"
#include "storage/storage.h"

namespace stator::lambda {

// A trigger of the config file: the mapping that the stream of a table is to have for as long as it has a stream.
struct DeclaredTrigger {
  std::string table;
  std::string function;                // name or ARN
  model::EventSourceMapping settings;  // trigger, region and how the function is to be called, within Lambda's bounds
};

// Not thread-safe.
class DeclaredTriggers {
 public:
  // kValidation: a trigger's filter is none, or it calls what is not declared.
  static Result<DeclaredTriggers> make(std::vector<DeclaredTrigger> triggers, const storage::Storage& storage,
                                       Targets& targets);

  [[nodiscard]] bool is_empty() const { return triggers_.empty(); }

  struct Surroundings {
    storage::Storage& storage;
    const Clock& clock;
    Random& random;
    RareLog& log;
  };
  // Makes `stored`, which are all mappings, what is declared. A stream that is disabled keeps its mapping for as long
  // as there is something to read in it. What cannot be done is logged, and tried again the next time. True if anything
  // was changed.
  bool reconcile(const std::vector<model::EventSourceMapping>& stored, const Surroundings& with) const;

 private:
  DeclaredTriggers(std::vector<DeclaredTrigger> triggers, CommitNumber begin)
      : triggers_(std::move(triggers)), begin_(begin) {}

  std::vector<DeclaredTrigger> triggers_;  // their settings have the function's ARN
  CommitNumber begin_;                     // what came later is new to triggers that begin with what is new
};

}  // namespace stator::lambda
