#include "ops/batch_get_item.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "capacity/units.h"
#include "model/limits.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"
#include "storage/read_item.h"

namespace stator::ops {
namespace {

using api::BatchGetItem;

// Of items in an answer, as the service counts them.
constexpr std::size_t kMaxAnswerBytes = 16'000'000;

Result<BatchGetItem::TableResponse> read_table(Context& context, const storage::TableHandle& table,
                                               const BatchGetItem::TableRequest& request,
                                               const api::ReportOptions& report, std::size_t& bytes) {
  const model::Table& definition = table.definition();
  BatchGetItem::TableResponse response;
  response.table_name = request.table_name;
  response.parameters = request.parameters;
  double units = 0;
  for (const model::Item& key : request.keys) {
    if (bytes >= kMaxAnswerBytes) {
      response.unread.push_back(key);
      continue;
    }
    TRY_ASSIGN(const auto stored, storage::read_item(context.session, definition, key.view()));
    const std::size_t size = stored ? stored->size : 0;
    if (bytes + size > kMaxAnswerBytes) {
      // This one and all that follow.
      bytes = kMaxAnswerBytes;
      response.unread.push_back(key);
      continue;
    }
    bytes += size;
    // An answer so large takes its time, which others on this event loop do not have to wait for.
    if (context.session.wait == kv::Wait::kNever && bytes > model::kMaxPageBytes) {
      return fail(ErrorCode::kWouldBlock, "");
    }
    units += capacity::read_units(size, request.consistent);
    if (!stored) continue;
    response.items += request.projection ? model::project(stored->item.view(), *request.projection).encoded()
                                         : stored->item.encoded();
  }
  response.consumed = report_consumed(report, request.table_name, units);
  return response;
}

}  // namespace

Result<BatchGetItem::Response> run(Context& context, const BatchGetItem::Request& request) {
  std::vector<storage::TablePtr> tables;
  for (const BatchGetItem::TableRequest& asked : request.tables) {
    TRY_ASSIGN(tables.emplace_back(), usable_table(context, asked.table_name));
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const model::Item& key : request.tables[i].keys) TRY(check_key(tables[i]->definition().key, key.view()));
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (request.tables[i].projection) TRY(check_paths(*tables[i], *request.tables[i].projection));
  }
  BatchGetItem::Response response;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    TRY_ASSIGN(response.tables.emplace_back(),
               read_table(context, *tables[i], request.tables[i], request.report, bytes));
  }
  return response;
}

}  // namespace stator::ops
