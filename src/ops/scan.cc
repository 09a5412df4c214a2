#include "ops/scan.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "capacity/partitions.h"
#include "capacity/units.h"
#include "codec/keys.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"
#include "storage/read_page.h"

namespace stator::ops {
namespace {

using capacity::HashRange;

constexpr std::string_view kInvalidStart =
    "The provided starting key is invalid: The provided key element does not match the schema";

kv::Range range_of(const model::Table& table, const HashRange& hashes) {
  const IndexNumber index{0};
  return {codec::item_prefix(table.number, index, hashes.first),
          codec::after_prefix(codec::item_prefix(table.number, index, hashes.last))};
}

// Where the scan goes on: the store's key of the ExclusiveStartKey, "" if there is none.
Result<std::string> start_key(const model::Table& table, const api::Scan::Request& request, const HashRange& segment) {
  if (!request.exclusive_start_key) return std::string();
  const model::MapView start = request.exclusive_start_key->view();
  if (!check_key(table.key, start)) return fail_validation(std::string(kInvalidStart));
  std::string key = codec::item_key(table.number, table.key, start);
  const kv::Range range = range_of(table, segment);
  if (key < range.begin || key >= range.end) {
    return fail_validation(fmt::format(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
        "Segment. TotalSegments: {} Segment: {}",
        request.total_segments, request.segment));
  }
  return key;
}

}  // namespace

Result<api::Scan::Response> run(Context& context, const api::Scan::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  const model::Table& definition = table->definition();
  if (request.index_name) {
    return fail_validation(fmt::format("The table does not have the specified index: {}", *request.index_name));
  }
  const HashRange segment = capacity::slice(capacity::kAllHashes, static_cast<std::uint64_t>(request.segment),
                                            static_cast<std::uint64_t>(request.total_segments));
  TRY_ASSIGN(const std::string start, start_key(definition, request, segment));
  if (request.projection) TRY(check_paths(definition.key, *request.projection));
  if (request.filter) TRY(check_paths(definition.key, *request.filter));

  storage::Page page;
  if (request.limit) page.limit = static_cast<std::uint64_t>(*request.limit);
  const bool count_only = request.select == api::Select::kCount;
  const storage::PageSelection selection{.filter = request.filter ? &*request.filter : nullptr,
                                         .projection = request.projection ? &*request.projection : nullptr,
                                         .count_only = count_only};
  // Each partition read from is charged for itself.
  double units = 0;
  for (const HashRange& partition : capacity::partitions(definition)) {
    if (page.last_key) break;
    if (!partition.overlaps(segment)) continue;
    kv::Range range = range_of(definition, partition.intersection(segment));
    if (!start.empty()) {
      if (start >= range.end) continue;
      range.begin = std::max(range.begin, codec::after_prefix(start));
    }
    const std::uint64_t before = page.bytes;
    TRY(storage::read_page(context.session, definition, range, kv::Direction::kForward, selection, page));
    units += capacity::read_units(page.bytes - before, request.consistent);
  }
  return api::PageResponse{
      .items = std::move(page.items),
      .count_only = count_only,
      .count = page.count,
      .scanned_count = page.scanned,
      .last_evaluated_key = std::move(page.last_key),
      .consumed = report_consumed(request.report, definition, units),
  };
}

}  // namespace stator::ops
