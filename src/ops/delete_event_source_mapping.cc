#include "ops/delete_event_source_mapping.h"

#include "ops/event_source_mapping.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {

Result<api::MappingDescription> run(Context& context, const api::DeleteEventSourceMapping::Request& request) {
  api::MappingDescription last;
  // What became of its last batch goes with it.
  const auto look = [&](const model::EventSourceMapping& mapping) -> Result<void> {
    TRY(check_may_change(mapping));
    TRY_ASSIGN(last, describe(context, mapping, api::MappingState::kDeleting));
    return {};
  };
  TRY(storage::delete_mapping(context.session, context.region(), request.uuid, look));
  return last;
}

}  // namespace stator::ops
