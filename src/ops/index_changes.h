// What UpdateTable does to a table's global secondary indexes.
#pragma once

#include "api/table_description.h"
#include "api/update_table.h"
#include "base/result.h"
#include "model/table.h"
#include "ops/context.h"

namespace stator::ops {

// Makes the changes of the request's GlobalSecondaryIndexUpdates to `table`, whose billing mode is the one to be, and
// `switched` if the request switches it. The state of the indexes must admit them (ops/index_state.h).
[[nodiscard]] Result<void> change_indexes(const Context& context, const api::UpdateTable::Request& request,
                                          bool switched, model::Table& table);

// The indexes' part of the answer to the request: what is shown while the changes take their time.
void show_index_changes(const Context& context, const api::UpdateTable::Request& request, const model::Table& before,
                        api::TableDescription& shown);

}  // namespace stator::ops
