#include "api/event_source_mapping_request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/function_name.h"
#include "api/structure_readers.h"
#include "api/table_request.h"
#include "model/mapping_limits.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostFunctionName = 256;
constexpr std::size_t kMostEventSource = 10'000;
constexpr std::size_t kAccountDigits = 12;
constexpr std::string_view kReportFailures = "ReportBatchItemFailures";
constexpr std::string_view kKafka = "kafka://";

constexpr std::string_view kArnPattern =
    R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))";
constexpr std::string_view kDestinationPattern =
    R"($|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|)"
    R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))";

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }
bool is_region_character(char c) { return is_word(c) || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What the pattern of ARNs takes, but for the region, which may be any that Stator has.
bool is_event_source(std::string_view text) {
  const std::optional<TableArn> arn = parse_arn(text);
  return arn && arn->partition.starts_with("aws") && std::ranges::all_of(arn->partition, is_word) &&
         !arn->service.empty() && std::ranges::all_of(arn->service, is_word) &&
         std::ranges::all_of(arn->region, is_region_character) &&
         (arn->account.empty() ||
          (arn->account.size() == kAccountDigits && std::ranges::all_of(arn->account, is_digit)));
}

void constrain_pattern(Constraints& constraints, bool fits, const std::optional<std::string>& value,
                       std::string_view path, std::string_view pattern) {
  if (!fits) constraints.add(value, path, fmt::format("Member must satisfy regular expression pattern: {}", pattern));
}

void constrain_range(Constraints& constraints, const std::optional<std::int32_t>& value, std::string_view path,
                     std::int32_t least, std::int32_t most) {
  constraints.at_least(value, path, least);
  constraints.at_most(value, path, most);
}

void constrain_filters(Constraints& constraints, const std::optional<FilterCriteriaInput>& criteria) {
  if (!criteria || !criteria->filters) return;
  for (std::size_t i = 0; i < criteria->filters->size(); ++i) {
    const std::string path = fmt::format("filterCriteria.filters.{}.member.pattern", i + 1);
    constraints.length_between((*criteria->filters)[i].pattern, path, 0, model::kLongestFilter);
  }
}

void constrain_destination(Constraints& constraints, const std::optional<DestinationInput>& destination,
                           std::string_view path) {
  if (!destination || !destination->destination) return;
  const std::string& arn = *destination->destination;
  constraints.length_between(destination->destination, path, 0, model::kLongestDestination);
  constrain_pattern(constraints, arn.empty() || arn.starts_with(kKafka) || is_event_source(arn),
                    destination->destination, path, kDestinationPattern);
}

void constrain_response_types(Constraints& constraints, const std::optional<std::vector<std::string>>& types) {
  if (!types) return;
  const std::string value = fmt::format("[{}]", fmt::join(*types, ", "));
  if (types->size() > 1)
    constraints.add(value, "functionResponseTypes", "Member must have length less than or equal to 1");
  if (std::ranges::any_of(*types, [](const std::string& type) { return type != kReportFailures; })) {
    constraints.add(
        value, "functionResponseTypes",
        fmt::format("Member must satisfy constraint: [Member must satisfy enum value set: [{}]]", kReportFailures));
  }
}

bool is_neutral(Element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::NULL_VALUE:
      return true;
    case element_type::BOOL:
      return !bool{element};
    case element_type::STRING:
      return std::string_view{element}.empty();
    case element_type::ARRAY:
      return simdjson::dom::array{element}.size() == 0;
    case element_type::OBJECT: {
      const Object object{element};
      return std::ranges::all_of(object.begin(), object.end(),
                                 [](const auto& member) { return is_neutral(member.value); });
    }
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return double{element} == 0;
  }
  return false;
}

Result<void> read(Element element, std::optional<DestinationInput>& field) {
  static constexpr std::array kMembers{member<&DestinationInput::destination>("Destination")};
  return read_member(element, "OnFailure", kMembers, field);
}

bool names_destination(const std::optional<DestinationInput>& destination) {
  return destination && destination->destination && !destination->destination->empty();
}

}  // namespace

Result<void> read(Element element, std::optional<FilterCriteriaInput>& field) {
  static constexpr std::array kFilterMembers{member<&FilterInput::pattern>("Pattern")};
  static constexpr std::array kMembers{
      Member<FilterCriteriaInput>{"Filters", [](Element list, FilterCriteriaInput& criteria) {
                                    return read_elements(list, "Filter", kFilterMembers, criteria.filters);
                                  }}};
  return read_member(element, "FilterCriteria", kMembers, field);
}

Result<void> read(Element element, std::optional<DestinationConfigInput>& field) {
  static constexpr std::array kMembers{
      Member<DestinationConfigInput>{
          "OnSuccess", [](Element on, DestinationConfigInput& config) { return read(on, config.on_success); }},
      Member<DestinationConfigInput>{
          "OnFailure", [](Element on, DestinationConfigInput& config) { return read(on, config.on_failure); }}};
  return read_member(element, "DestinationConfig", kMembers, field);
}

Result<void> read(Element element, FeatureInput& field) {
  field.is_asked_for = !is_neutral(element);
  return {};
}

Result<std::string> read_uuid(const Parameters& parameters) {
  std::optional<std::string> uuid = find_parameter(parameters, "UUID");
  Constraints constraints;
  constraints.not_null(uuid.has_value(), "uUID");
  TRY(constraints.result());
  return *std::move(uuid);
}

void constrain_function_name(Constraints& constraints, const std::optional<std::string>& name) {
  if (!name) return;
  constexpr std::string_view kPath = "functionName";
  const bool is_alone = !name->contains(':');
  constraints.length_between(name, kPath, 1, is_alone ? model::kLongestFunctionName : kMostFunctionName);
  constrain_pattern(constraints, parse_function_name(*name).has_value(), name, kPath, kFunctionNamePattern);
}

void constrain_event_source(Constraints& constraints, const std::optional<std::string>& arn) {
  if (!arn) return;
  constraints.length_between(arn, "eventSourceArn", 0, kMostEventSource);
  constrain_pattern(constraints, is_event_source(*arn), arn, "eventSourceArn", kArnPattern);
}

void constrain_mapping(Constraints& constraints, const MappingInput& input) {
  constrain_function_name(constraints, input.function_name);
  constrain_range(constraints, input.batch_size, "batchSize", 1, model::kMostBatchSize);
  constrain_filters(constraints, input.filter_criteria);
  constrain_range(constraints, input.batching_window, "maximumBatchingWindowInSeconds", 0,
                  model::kLongestWindowSeconds);
  constrain_range(constraints, input.parallelization_factor, "parallelizationFactor", 1, model::kMostParallel);
  if (input.destinations) {
    constrain_destination(constraints, input.destinations->on_success, "destinationConfig.onSuccess.destination");
    constrain_destination(constraints, input.destinations->on_failure, "destinationConfig.onFailure.destination");
  }
  constrain_range(constraints, input.record_age, "maximumRecordAgeInSeconds", -1, model::kMostRecordAgeSeconds);
  constrain_range(constraints, input.retry_attempts, "maximumRetryAttempts", -1, model::kMostRetryAttempts);
  constrain_range(constraints, input.tumbling_window, "tumblingWindowInSeconds", 0, 900);
  constrain_response_types(constraints, input.response_types);
}

std::unexpected<Error> fail_of_other_source(std::string_view parameter) {
  return fail(ErrorCode::kInvalidParameterValue,
              fmt::format("Unsupported {} parameter for given event source mapping type.", parameter));
}

std::unexpected<Error> fail_not_supported(std::string_view parameter) {
  return fail(ErrorCode::kInvalidParameterValue,
              fmt::format("Stator does not support {} of event source mappings", parameter));
}

Result<void> check_features(const MappingInput& input) {
  const std::pair<FeatureInput, std::string_view> of_other_sources[] = {
      {input.amazon_kafka, "AmazonManagedKafkaEventSourceConfig"},
      {input.self_managed_source, "SelfManagedEventSource"},
      {input.self_managed_kafka, "SelfManagedKafkaEventSourceConfig"},
      {input.source_access, "SourceAccessConfigurations"},
      {input.scaling, "ScalingConfig"},
      {input.document_db, "DocumentDBEventSourceConfig"},
      {input.pollers, "ProvisionedPollerConfig"},
      {{input.destinations && names_destination(input.destinations->on_success)}, "DestinationConfig"},
  };
  for (const auto& [feature, parameter] : of_other_sources) {
    if (feature.is_asked_for) return fail_of_other_source(parameter);
  }
  const std::pair<FeatureInput, std::string_view> not_supported[] = {
      {{input.tumbling_window.value_or(0) > 0}, "TumblingWindowInSeconds"},
      {input.key, "KMSKeyArn"},
      {input.metrics, "MetricsConfig"},
      {input.logging, "LoggingConfig"},
  };
  for (const auto& [feature, parameter] : not_supported) {
    if (feature.is_asked_for) return fail_not_supported(parameter);
  }
  return {};
}

Result<void> check_settings(const MappingInput& input) {
  if (input.record_age && *input.record_age >= 0 && *input.record_age < model::kLeastRecordAgeSeconds) {
    return fail(ErrorCode::kInvalidParameterValue,
                "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)");
  }
  if (input.filter_criteria && input.filter_criteria->filters &&
      input.filter_criteria->filters->size() > model::kMostFilters) {
    return fail(ErrorCode::kInvalidParameterValue,
                fmt::format("FilterCriteria has {} filters; the most is {}.", input.filter_criteria->filters->size(),
                            model::kMostFilters));
  }
  return {};
}

MappingSettings settings_of(MappingInput input) {
  MappingSettings settings{.function_name = std::move(input.function_name),
                           .enabled = input.enabled,
                           .batch_size = input.batch_size,
                           .batching_window_seconds = input.batching_window,
                           .parallelization_factor = input.parallelization_factor,
                           .retry_attempts = input.retry_attempts,
                           .record_age_seconds = input.record_age,
                           .bisect_batch_on_function_error = input.bisect};
  if (input.response_types) settings.report_batch_item_failures = !input.response_types->empty();
  if (input.filter_criteria) {
    std::vector<std::string>& patterns = settings.filters.emplace();
    if (input.filter_criteria->filters) {
      for (FilterInput& filter : *input.filter_criteria->filters) {
        patterns.push_back(std::move(filter.pattern).value_or(""));
      }
    }
  }
  if (input.destinations) {
    std::optional<DestinationInput>& on_failure = input.destinations->on_failure;
    settings.on_failure = on_failure ? std::move(on_failure->destination).value_or("") : "";
  }
  return settings;
}

}  // namespace stator::api
