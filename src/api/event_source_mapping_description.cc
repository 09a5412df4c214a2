#include "api/event_source_mapping_description.h"

#include <string_view>
#include <utility>

#include "api/object_writer.h"

namespace stator::api {
namespace {

std::string_view name_of(MappingState state) {
  switch (state) {
    case MappingState::kCreating:
      return "Creating";
    case MappingState::kEnabling:
      return "Enabling";
    case MappingState::kEnabled:
      return "Enabled";
    case MappingState::kDisabling:
      return "Disabling";
    case MappingState::kDisabled:
      return "Disabled";
    case MappingState::kUpdating:
      return "Updating";
    case MappingState::kDeleting:
      return "Deleting";
  }
  std::unreachable();
}

std::string_view name_of(model::StartingPosition position) {
  return position == model::StartingPosition::kLatest ? "LATEST" : "TRIM_HORIZON";
}

void append_destinations(std::string& out, const std::string& on_failure) {
  ObjectWriter config(out);
  ObjectWriter failure(config.member("OnFailure"));
  if (!on_failure.empty()) failure.text("Destination", on_failure);
  failure.finish();
  config.finish();
}

void append_filters(std::string& out, const std::vector<std::string>& filters) {
  ObjectWriter criteria(out);
  std::string& list = criteria.member("Filters");
  list.push_back('[');
  for (const std::string& pattern : filters) {
    if (list.back() != '[') list.push_back(',');
    ObjectWriter filter(list);
    filter.text("Pattern", pattern);
    filter.finish();
  }
  list.push_back(']');
  criteria.finish();
}

}  // namespace

void append_mapping(std::string& out, const MappingDescription& description) {
  const model::EventSourceMapping& mapping = description.mapping;
  ObjectWriter object(out);
  object.number("BatchSize", mapping.batch_size);
  object.flag("BisectBatchOnFunctionError", mapping.bisect_batch_on_function_error);
  append_destinations(object.member("DestinationConfig"), mapping.on_failure);
  object.text("EventSourceArn", mapping.stream_arn);
  object.text("EventSourceMappingArn", description.arn);
  if (!mapping.filters.empty()) append_filters(object.member("FilterCriteria"), mapping.filters);
  object.text("FunctionArn", mapping.function_arn);
  object.member("FunctionResponseTypes")
      .append(mapping.report_batch_item_failures ? R"(["ReportBatchItemFailures"])" : "[]");
  object.time("LastModified", mapping.last_modified);
  object.text("LastProcessingResult", description.last_result);
  object.number("MaximumBatchingWindowInSeconds", mapping.batching_window_seconds);
  object.number("MaximumRecordAgeInSeconds", mapping.record_age_seconds);
  object.number("MaximumRetryAttempts", mapping.retry_attempts);
  object.number("ParallelizationFactor", mapping.parallelization_factor);
  object.text("StartingPosition", name_of(mapping.starting_position));
  object.text("State", name_of(description.state));
  object.text("StateTransitionReason", "User action");
  object.number("TumblingWindowInSeconds", 0);
  object.text("UUID", mapping.uuid);
  object.finish();
}

}  // namespace stator::api
