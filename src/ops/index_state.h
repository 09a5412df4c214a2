// Where a secondary index is in its life, and what may not be done meanwhile.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html.
#pragma once

#include <cstdint>

#include "api/update_table.h"
#include "base/result.h"
#include "model/table.h"
#include "ops/context.h"

namespace stator::ops {

enum class IndexPhase : std::uint8_t {
  kAllocating,   // added to the table; its backfill has not begun
  kBackfilling,  // not all items have their entries yet
  kActive,       // also while it is created together with its table
  kUpdating,
  kDeleting,
};

[[nodiscard]] IndexPhase phase_of(const Context& context, const model::Index& index);

// kResourceInUse if the state of the indexes forbids what the request changes of the table itself.
[[nodiscard]] Result<void> check_indexes_admit(const Context& context, const api::UpdateTable::Request& request,
                                               const model::Table& table);
// kResourceInUse, kLimitExceeded, kResourceNotFound or kValidation if the state of table or indexes forbids what the
// request changes of the indexes, or their names do.
[[nodiscard]] Result<void> check_index_changes_admitted(const Context& context,
                                                        const api::UpdateTable::Request& request,
                                                        const model::Table& table);
// kResourceInUse if the table has an index that is not settled.
[[nodiscard]] Result<void> check_indexes_settled(const Context& context, const model::Table& table);

}  // namespace stator::ops
