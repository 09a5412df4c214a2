#include "ops/event_source_mapping.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/function_name.h"
#include "lambda/event_filter.h"
#include "lambda/targets.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidParameterValue, std::move(message));
}

Result<std::string> function_of(const Context& context, std::string_view text) {
  const std::optional<api::FunctionName> function = api::parse_function_name(text);
  const std::string& account = context.storage.options().account;
  const bool is_here = function && api::is_function_of(*function, context.region(), account);
  if (!is_here || context.targets == nullptr || !context.targets->has_function(function->name)) {
    return refuse("Function does not exist");
  }
  return api::function_arn(*function, context.region(), account);
}

Result<std::string> destination_of(const Context& context, const std::string& arn) {
  if (arn.empty() || (context.targets != nullptr && context.targets->destination(arn) != nullptr)) return arn;
  return refuse(
      fmt::format("Nothing stands for the destination {}: the server's configuration declares none of its name.", arn));
}

std::string_view name_of(storage::ProcessingResult result) {
  switch (result) {
    case storage::ProcessingResult::kNone:
      return "No records processed";
    case storage::ProcessingResult::kOk:
      return "OK";
    case storage::ProcessingResult::kFunctionFailed:
      return "PROBLEM: Function call failed";
  }
  std::unreachable();
}

}  // namespace

Result<void> apply(const Context& context, const api::MappingSettings& settings, model::EventSourceMapping& mapping) {
  if (settings.filters) {
    TRY(lambda::EventFilter::compile(*settings.filters));
    mapping.filters = *settings.filters;
  }
  if (settings.function_name) {
    TRY_ASSIGN(mapping.function_arn, function_of(context, *settings.function_name));
  }
  if (settings.on_failure) {
    TRY_ASSIGN(mapping.on_failure, destination_of(context, *settings.on_failure));
  }
  const auto set = [](auto& field, const auto& value) {
    if (value) field = *value;
  };
  set(mapping.enabled, settings.enabled);
  set(mapping.batch_size, settings.batch_size);
  set(mapping.batching_window_seconds, settings.batching_window_seconds);
  set(mapping.parallelization_factor, settings.parallelization_factor);
  set(mapping.retry_attempts, settings.retry_attempts);
  set(mapping.record_age_seconds, settings.record_age_seconds);
  set(mapping.bisect_batch_on_function_error, settings.bisect_batch_on_function_error);
  set(mapping.report_batch_item_failures, settings.report_batch_item_failures);
  mapping.last_modified = context.clock.now();
  return {};
}

Result<void> check_may_change(const model::EventSourceMapping& mapping) {
  if (mapping.trigger.empty()) return {};
  return fail(ErrorCode::kResourceInUse,
              fmt::format("The event source mapping is declared in the server's configuration, as the trigger {}, and "
                          "can only be changed there.",
                          mapping.trigger));
}

std::unexpected<Error> word_conflict(const model::EventSourceMapping& mapping, Error error) {
  if (error.code == ErrorCode::kResourceConflict) {
    const auto function = api::parse_function_name(mapping.function_arn);
    error.message = fmt::format(
        "The event source arn (\" {} \") and function (\" {} \") provided mapping already exists. Please update or "
        "delete the existing mapping with UUID {}",
        mapping.stream_arn, function ? function->name : mapping.function_arn, error.message);
  }
  return std::unexpected(std::move(error));
}

Result<api::MappingDescription> describe(const Context& context, model::EventSourceMapping mapping,
                                         api::MappingState state) {
  TRY_ASSIGN(const storage::ProcessingResult last,
             storage::read_last_result(context.storage.engine(), context.session.wait, mapping.uuid));
  std::string arn = fmt::format("arn:aws:lambda:{}:{}:event-source-mapping:{}", mapping.region,
                                context.storage.options().account, mapping.uuid);
  return api::MappingDescription{
      .mapping = std::move(mapping), .arn = std::move(arn), .state = state, .last_result = std::string(name_of(last))};
}

api::MappingState state_of(const model::EventSourceMapping& mapping) {
  return mapping.enabled ? api::MappingState::kEnabled : api::MappingState::kDisabled;
}

}  // namespace stator::ops
