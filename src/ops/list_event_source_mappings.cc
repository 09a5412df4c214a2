#include "ops/list_event_source_mappings.h"

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "api/function_name.h"
#include "ops/event_source_mapping.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {
namespace {

bool is_after(const model::EventSourceMapping& mapping, const api::ListEventSourceMappings::Marker& marker) {
  return std::tie(mapping.stream_arn, mapping.function_arn) > std::tie(marker.stream_arn, marker.function_arn);
}

}  // namespace

Result<api::ListEventSourceMappings::Response> run(Context& context,
                                                   const api::ListEventSourceMappings::Request& request) {
  std::string function;
  if (request.function_name) {
    function = api::function_arn(*api::parse_function_name(*request.function_name), context.region(),
                                 context.storage.options().account);
  }
  TRY_ASSIGN(std::vector<model::EventSourceMapping> found,
             storage::list_mappings(context.storage.engine(), context.session.wait, context.region()));
  api::ListEventSourceMappings::Response response;
  for (model::EventSourceMapping& mapping : found) {
    const bool is_asked_for = (!request.event_source || mapping.stream_arn == *request.event_source) &&
                              (function.empty() || mapping.function_arn == function) &&
                              (!request.after || is_after(mapping, *request.after));
    if (!is_asked_for) continue;
    if (response.mappings.size() == request.limit) {
      response.more = true;
      break;
    }
    const api::MappingState state = state_of(mapping);
    TRY_ASSIGN(response.mappings.emplace_back(), describe(context, std::move(mapping), state));
  }
  return response;
}

}  // namespace stator::ops
