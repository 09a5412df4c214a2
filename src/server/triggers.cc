#include "server/triggers.h"

#include <cstdint>

namespace stator::server {
namespace {

model::EventSourceMapping settings_of(const config::TriggerOptions& trigger) {
  model::EventSourceMapping settings;
  settings.trigger = trigger.name;
  settings.region = trigger.region;
  settings.starting_position =
      trigger.starting_position == "LATEST" ? model::StartingPosition::kLatest : model::StartingPosition::kTrimHorizon;
  settings.batch_size = trigger.batch_size;
  settings.batching_window_seconds = static_cast<std::int32_t>(trigger.batching_window.count());
  settings.parallelization_factor = trigger.parallelization_factor;
  settings.retry_attempts = trigger.retry_attempts;
  settings.record_age_seconds = trigger.record_age_seconds;
  settings.bisect_batch_on_function_error = trigger.bisect_batch_on_function_error;
  settings.report_batch_item_failures = trigger.report_batch_item_failures;
  settings.filters = trigger.filters;
  settings.on_failure = trigger.on_failure;
  return settings;
}

}  // namespace

std::vector<lambda::DeclaredTrigger> declared_triggers(const config::ServeOptions& options) {
  std::vector<lambda::DeclaredTrigger> declared;
  for (const config::TriggerOptions& trigger : options.triggers) {
    declared.push_back({.table = trigger.table, .function = trigger.function, .settings = settings_of(trigger)});
  }
  return declared;
}

}  // namespace stator::server
