#include "api/create_event_source_mapping.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/event_source_mapping_request.h"
#include "api/stream_request.h"

namespace stator::api {
namespace {

constexpr std::string_view kLatest = "LATEST";
constexpr std::string_view kAtTimestamp = "AT_TIMESTAMP";

struct Input : MappingInput {
  std::optional<std::string> event_source;
  std::optional<std::string> starting_position;
  FeatureInput starting_timestamp;
  std::optional<std::vector<std::pair<std::string, std::string>>> tags;
  FeatureInput topics;
  FeatureInput queues;
};

constexpr auto kMembers = mapping_members<Input>(
    member<&Input::event_source>("EventSourceArn"), member<&Input::starting_position>("StartingPosition"),
    member<&Input::starting_timestamp>("StartingPositionTimestamp"), member<&Input::tags>("Tags"),
    member<&Input::topics>("Topics"), member<&Input::queues>("Queues"));

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  constraints.not_null(input.function_name.has_value(), "functionName");
  constrain_event_source(constraints, input.event_source);
  constraints.one_of(input.starting_position, "startingPosition", "[LATEST, AT_TIMESTAMP, TRIM_HORIZON]");
  constrain_mapping(constraints, input);
  return constraints.result();
}

Result<void> check_own_features(const Input& input) {
  const std::pair<FeatureInput, std::string_view> of_other_sources[] = {
      {input.topics, "Topics"}, {input.queues, "Queues"}, {input.starting_timestamp, "StartingPositionTimestamp"}};
  for (const auto& [feature, parameter] : of_other_sources) {
    if (feature.is_asked_for) return fail_of_other_source(parameter);
  }
  if (input.tags && !input.tags->empty()) return fail_not_supported("Tags");
  return {};
}

Result<void> check_source(const Input& input) {
  const auto refuse = [](std::string message) { return fail(ErrorCode::kInvalidParameterValue, std::move(message)); };
  if (!input.event_source || !parse_stream_arn(*input.event_source)) return refuse("Unrecognized event source.");
  if (!input.starting_position) {
    // The full stop is the service's.
    return refuse(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not "
        "be null.");
  }
  if (*input.starting_position == kAtTimestamp) {
    return refuse(fmt::format("Unsupported starting position for arn type: {}", *input.event_source));
  }
  return {};
}

}  // namespace

Result<CreateEventSourceMapping::Request> CreateEventSourceMapping::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_features(input));
  TRY(check_source(input));
  TRY(check_own_features(input));
  TRY(check_settings(input));
  return Request{.stream_arn = *std::move(input.event_source),
                 .starting_position = *input.starting_position == kLatest ? model::StartingPosition::kLatest
                                                                          : model::StartingPosition::kTrimHorizon,
                 .settings = settings_of(std::move(input))};
}

}  // namespace stator::api
