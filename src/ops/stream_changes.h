// What UpdateTable and CreateTable do to a table's stream, and what may not be done meanwhile.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Enabling.
#pragma once

#include "api/update_table.h"
#include "base/result.h"
#include "model/stream.h"
#include "model/table.h"
#include "ops/context.h"

namespace stator::ops {

// Gives the table, which has none that is enabled, a stream.
void enable_stream(model::StreamViewType view_type, model::Table& table);

// True while the stream is being enabled or disabled, as --table-delay shows it.
[[nodiscard]] Result<bool> is_changing_stream(const Context& context, const model::Table& table);

// kResourceInUse if the request cannot be while the table's stream changes.
[[nodiscard]] Result<void> check_admitted_while_stream_changes(const api::UpdateTable::Request& request,
                                                               const model::Table& table);

// kValidation if there is nothing to disable, or something enabled already.
[[nodiscard]] Result<void> check_stream_change(const api::UpdateTable::Request& request, const model::Table& table);
void change_stream(const api::UpdateTable::Request& request, model::Table& table);

}  // namespace stator::ops
