// What the requests on event source mappings have in common.
// Source: docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and the service's model.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/constraints.h"
#include "api/event_source_mapping_settings.h"
#include "api/json.h"
#include "api/parameters.h"
#include "base/result.h"

namespace stator::api {

struct FilterInput {
  std::optional<std::string> pattern;
};
struct FilterCriteriaInput {
  std::optional<std::vector<FilterInput>> filters;
};
struct DestinationInput {
  std::optional<std::string> destination;
};
struct DestinationConfigInput {
  std::optional<DestinationInput> on_success;
  std::optional<DestinationInput> on_failure;
};
Result<void> read(Element element, std::optional<FilterCriteriaInput>& field);
Result<void> read(Element element, std::optional<DestinationConfigInput>& field);

// Of a feature that Stator does not have: whether the request asks for it. That is what any other value does than null,
// false, 0, and texts, lists and structures with nothing in them.
struct FeatureInput {
  bool is_asked_for = false;
};
Result<void> read(Element element, FeatureInput& field);

// What a mapping is created and updated with alike, as sent.
struct MappingInput {
  std::optional<std::string> function_name;
  std::optional<bool> enabled;
  std::optional<std::int32_t> batch_size;
  std::optional<FilterCriteriaInput> filter_criteria;
  std::optional<std::int32_t> batching_window;
  std::optional<std::int32_t> parallelization_factor;
  std::optional<DestinationConfigInput> destinations;
  std::optional<std::int32_t> record_age;
  std::optional<bool> bisect;
  std::optional<std::int32_t> retry_attempts;
  std::optional<std::int32_t> tumbling_window;
  std::optional<std::vector<std::string>> response_types;
  // Of other sources than streams.
  FeatureInput amazon_kafka;
  FeatureInput self_managed_source;
  FeatureInput self_managed_kafka;
  FeatureInput source_access;
  FeatureInput scaling;
  FeatureInput document_db;
  FeatureInput pollers;
  // Of streams, on AWS.
  FeatureInput key;
  FeatureInput metrics;
  FeatureInput logging;
};

// The members of MappingInput for the wire structure Input, which derives from it, followed by its own.
template <class Input, class... Own>
constexpr auto mapping_members(Own... own) {
  return std::array{
      inherited<Input, &MappingInput::function_name>("FunctionName"),
      inherited<Input, &MappingInput::enabled>("Enabled"),
      inherited<Input, &MappingInput::batch_size>("BatchSize"),
      inherited<Input, &MappingInput::filter_criteria>("FilterCriteria"),
      inherited<Input, &MappingInput::batching_window>("MaximumBatchingWindowInSeconds"),
      inherited<Input, &MappingInput::parallelization_factor>("ParallelizationFactor"),
      inherited<Input, &MappingInput::destinations>("DestinationConfig"),
      inherited<Input, &MappingInput::record_age>("MaximumRecordAgeInSeconds"),
      inherited<Input, &MappingInput::bisect>("BisectBatchOnFunctionError"),
      inherited<Input, &MappingInput::retry_attempts>("MaximumRetryAttempts"),
      inherited<Input, &MappingInput::tumbling_window>("TumblingWindowInSeconds"),
      inherited<Input, &MappingInput::response_types>("FunctionResponseTypes"),
      inherited<Input, &MappingInput::amazon_kafka>("AmazonManagedKafkaEventSourceConfig"),
      inherited<Input, &MappingInput::self_managed_source>("SelfManagedEventSource"),
      inherited<Input, &MappingInput::self_managed_kafka>("SelfManagedKafkaEventSourceConfig"),
      inherited<Input, &MappingInput::source_access>("SourceAccessConfigurations"),
      inherited<Input, &MappingInput::scaling>("ScalingConfig"),
      inherited<Input, &MappingInput::document_db>("DocumentDBEventSourceConfig"),
      inherited<Input, &MappingInput::pollers>("ProvisionedPollerConfig"),
      inherited<Input, &MappingInput::key>("KMSKeyArn"),
      inherited<Input, &MappingInput::metrics>("MetricsConfig"),
      inherited<Input, &MappingInput::logging>("LoggingConfig"),
      own...,
  };
}

// UUID, which is part of a request's path.
[[nodiscard]] Result<std::string> read_uuid(const Parameters& parameters);

// The model's constraints.
void constrain_function_name(Constraints& constraints, const std::optional<std::string>& name);
void constrain_event_source(Constraints& constraints, const std::optional<std::string>& arn);
void constrain_mapping(Constraints& constraints, const MappingInput& input);

// kInvalidParameterValue, the first problem that they find.
// "Unsupported Queues parameter for given event source mapping type."
[[nodiscard]] std::unexpected<Error> fail_of_other_source(std::string_view parameter);
// "Stator does not support Tags of event source mappings".
[[nodiscard]] std::unexpected<Error> fail_not_supported(std::string_view parameter);
// What no mapping of Stator's has.
[[nodiscard]] Result<void> check_features(const MappingInput& input);
// Rules beyond the model's of what it has.
[[nodiscard]] Result<void> check_settings(const MappingInput& input);

// Of an input that has passed all of them.
[[nodiscard]] MappingSettings settings_of(MappingInput input);

}  // namespace stator::api
