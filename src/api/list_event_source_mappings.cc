#include "api/list_event_source_mappings.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "api/event_source_mapping_request.h"
#include "api/object_writer.h"
#include "base/base64.h"

namespace stator::api {
namespace {

using Marker = ListEventSourceMappings::Marker;

constexpr std::int64_t kMostItems = 10'000;
constexpr std::size_t kMostInAnAnswer = 100;
constexpr char kBetween = '\n';

Result<std::optional<std::int64_t>> read_number(const Parameters& parameters, std::string_view name) {
  const std::optional<std::string> text = find_parameter(parameters, name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [read_to, problem] = std::from_chars(text->data(), end, number);
  if (problem != std::errc() || read_to != end) {
    return fail(ErrorCode::kSerialization, "STRING_VALUE cannot be converted to Integer");
  }
  return number;
}

std::string print_marker(const model::EventSourceMapping& last) {
  std::string marker;
  append_base64(marker, last.stream_arn + kBetween + last.function_arn);
  return marker;
}

Result<std::optional<Marker>> read_marker(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::string arns;
  const bool is_base64 = append_base64_decoded(arns, *text);
  const std::size_t between = arns.find(kBetween);
  if (!is_base64 || between == std::string::npos) {
    return fail(ErrorCode::kInvalidParameterValue, "The Marker is none that this operation has answered.");
  }
  return Marker{.stream_arn = arns.substr(0, between), .function_arn = arns.substr(between + 1)};
}

}  // namespace

Result<ListEventSourceMappings::Request> ListEventSourceMappings::decode(Object, const Parameters& parameters) {
  TRY_ASSIGN(const std::optional<std::int64_t> limit, read_number(parameters, "MaxItems"));
  Request request{.event_source = find_parameter(parameters, "EventSourceArn"),
                  .function_name = find_parameter(parameters, "FunctionName")};
  Constraints constraints;
  constrain_event_source(constraints, request.event_source);
  constrain_function_name(constraints, request.function_name);
  constraints.at_least(limit, "maxItems", 1);
  constraints.at_most(limit, "maxItems", kMostItems);
  TRY(constraints.result());
  TRY_ASSIGN(request.after, read_marker(find_parameter(parameters, "Marker")));
  if (limit) request.limit = std::min(static_cast<std::size_t>(*limit), kMostInAnAnswer);
  return request;
}

void ListEventSourceMappings::render(const Response& response, std::string& out) {
  ObjectWriter object(out);
  std::string& list = object.member("EventSourceMappings");
  list.push_back('[');
  for (const MappingDescription& description : response.mappings) {
    if (list.back() != '[') list.push_back(',');
    append_mapping(list, description);
  }
  list.push_back(']');
  if (response.more) object.text("NextMarker", print_marker(response.mappings.back().mapping));
  object.finish();
}

}  // namespace stator::api
