// What the operations on event source mappings have in common.
#pragma once

#include <string_view>

#include "api/event_source_mapping_description.h"
#include "api/event_source_mapping_settings.h"
#include "base/result.h"
#include "model/event_source_mapping.h"
#include "ops/context.h"

namespace stator::ops {

// Makes of `mapping` what a client asks for. kInvalidParameterValue: a function or a destination that nothing stands
// for, a pattern that is none.
[[nodiscard]] Result<void> apply(const Context& context, const api::MappingSettings& settings,
                                 model::EventSourceMapping& mapping);

// kResourceInUse if the config file declares it: what the file says would be made of it again.
[[nodiscard]] Result<void> check_may_change(const model::EventSourceMapping& mapping);

// Words storage's kResourceConflict, whose message is the other's UUID, as the service does; hands other errors on.
[[nodiscard]] std::unexpected<Error> word_conflict(const model::EventSourceMapping& mapping, Error error);

// With what became of its last batch, which is read from storage.
[[nodiscard]] Result<api::MappingDescription> describe(const Context& context, model::EventSourceMapping mapping,
                                                       api::MappingState state);
// Enabled or disabled.
[[nodiscard]] api::MappingState state_of(const model::EventSourceMapping& mapping);

}  // namespace stator::ops
