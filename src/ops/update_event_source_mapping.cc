#include "ops/update_event_source_mapping.h"

#include <utility>

#include "ops/event_source_mapping.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {

Result<api::MappingDescription> run(Context& context, const api::UpdateEventSourceMapping::Request& request) {
  model::EventSourceMapping wanted;
  bool was_enabled = false;
  const auto change = [&](model::EventSourceMapping& mapping) -> Result<void> {
    TRY(check_may_change(mapping));
    was_enabled = mapping.enabled;
    TRY(apply(context, request.settings, mapping));
    wanted = mapping;
    return {};
  };
  auto changed = storage::change_mapping(context.session, context.region(), request.uuid, change);
  if (!changed) return word_conflict(wanted, std::move(changed).error());
  api::MappingState state = api::MappingState::kUpdating;
  if (changed->enabled != was_enabled) {
    state = was_enabled ? api::MappingState::kDisabling : api::MappingState::kEnabling;
  }
  return describe(context, *std::move(changed), state);
}

}  // namespace stator::ops
