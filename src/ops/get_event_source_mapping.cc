#include "ops/get_event_source_mapping.h"

#include "ops/event_source_mapping.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {

Result<api::MappingDescription> run(Context& context, const api::GetEventSourceMapping::Request& request) {
  TRY_ASSIGN(model::EventSourceMapping mapping,
             storage::require_mapping(context.storage.engine(), context.session.wait, context.region(), request.uuid));
  const api::MappingState state = state_of(mapping);
  return describe(context, std::move(mapping), state);
}

}  // namespace stator::ops
