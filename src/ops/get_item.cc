#include "ops/get_item.h"

#include <utility>

#include "capacity/units.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"
#include "storage/read_item.h"

namespace stator::ops {

Result<api::GetItem::Response> run(Context& context, const api::GetItem::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  const model::Table& definition = table->definition();
  TRY(check_key(definition.key, request.key.view()));
  if (request.projection) TRY(check_paths(*table, *request.projection));

  TRY_ASSIGN(auto stored, storage::read_item(context.session, definition, request.key.view()));
  api::GetItem::Response response;
  response.consumed = report_consumed(request.report, request.table_name,
                                      capacity::read_units(stored ? stored->size : 0, request.consistent));
  if (stored) {
    response.item =
        request.projection ? model::project(stored->item.view(), *request.projection) : std::move(stored->item);
  }
  return response;
}

}  // namespace stator::ops
