#include "server/triggers.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/function_name.h"

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

std::unexpected<Error> refuse(const config::TriggerOptions& trigger, std::string_view why) {
  return fail_validation(fmt::format("[triggers.{}]: {}", trigger.name, why));
}

Result<std::string> function_of(const config::TriggerOptions& trigger, const std::string& account) {
  const auto function = api::parse_function_name(trigger.function);
  if (!function) return refuse(trigger, "needs the name of a function");
  if (!api::is_function_of(*function, trigger.region, account)) {
    return refuse(trigger, "its function is of another region or account than its table");
  }
  return api::function_arn(*function, trigger.region, account);
}

}  // namespace

Result<std::vector<lambda::DeclaredTrigger>> declared_triggers(const config::ServeOptions& options) {
  std::vector<lambda::DeclaredTrigger> declared;
  for (const config::TriggerOptions& trigger : options.triggers) {
    TRY_ASSIGN(std::string function, function_of(trigger, options.account));
    const auto same = std::ranges::find_if(declared, [&](const lambda::DeclaredTrigger& other) {
      return other.table == trigger.table && other.settings.region == trigger.region && other.function == function;
    });
    if (same != declared.end()) {
      return refuse(trigger, fmt::format("has the same table and function as [triggers.{}]", same->settings.trigger));
    }
    declared.push_back({.table = trigger.table, .function = std::move(function), .settings = settings_of(trigger)});
  }
  return declared;
}

}  // namespace stator::server
