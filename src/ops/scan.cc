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
#include "ops/read_target.h"
#include "storage/read_page.h"

namespace stator::ops {
namespace {

using capacity::HashRange;

kv::Range range_of(const ReadTarget& target, const HashRange& hashes) {
  const TableNumber table = target.definition().number;
  return {codec::item_prefix(table, target.number(), hashes.first),
          codec::after_prefix(codec::item_prefix(table, target.number(), hashes.last))};
}

// Where the scan goes on: the store's key of the ExclusiveStartKey, "" if there is none.
Result<std::string> find_start(const ReadTarget& target, const api::Scan::Request& request, const HashRange& segment) {
  if (!request.exclusive_start_key) return std::string();
  const model::MapView start = request.exclusive_start_key->view();
  TRY(check_start_of_table(target, start));
  std::string key = start_key(target, start);
  const kv::Range range = range_of(target, segment);
  if (key < range.begin || key >= range.end) {
    return fail_validation(fmt::format(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
        "Segment. TotalSegments: {} Segment: {}",
        request.total_segments, request.segment));
  }
  return key;
}

// What comes before the rules of the index: in an index that the start key has its attributes, in a table all.
Result<void> check_start_first(const ReadTarget& target, const api::Scan::Request& request) {
  if (!request.exclusive_start_key) return {};
  const model::MapView start = request.exclusive_start_key->view();
  if (target.index) return check_start(target, start);
  if (check_key(target.key(), start)) return {};
  return fail_validation("The provided starting key is invalid: The provided key element does not match the schema");
}

}  // namespace

Result<api::Scan::Response> run(Context& context, const api::Scan::Request& request) {
  TRY_ASSIGN(const ReadTarget target, find_target(context, {.table_name = request.table_name,
                                                            .index_name = request.index_name,
                                                            .consistent = request.consistent}));
  const HashRange segment = capacity::slice(capacity::kAllHashes, static_cast<std::uint64_t>(request.segment),
                                            static_cast<std::uint64_t>(request.total_segments));
  TRY(check_start_first(target, request));
  TRY_ASSIGN(storage::PageSource source, choose_source(target, request.select, request.projection));
  TRY_ASSIGN(const std::string start, find_start(target, request, segment));
  if (request.projection) TRY(check_paths(*target.table, *request.projection));
  if (request.filter) TRY(check_paths(*target.table, *request.filter));

  storage::Page page;
  if (request.limit) page.limit = static_cast<std::uint64_t>(*request.limit);
  const bool count_only = request.select == api::Select::kCount;
  const storage::PageSelection selection{.filter = request.filter ? &*request.filter : nullptr,
                                         .projection = request.projection ? &*request.projection : nullptr,
                                         .count_only = count_only};
  TRY_ASSIGN(source.state, storage::present_state(context.session, source));
  // Each partition read from is charged for itself.
  double units = 0;
  for (const HashRange& partition : capacity::partitions(target.definition())) {
    if (page.last_key) break;
    if (!partition.overlaps(segment)) continue;
    kv::Range range = range_of(target, partition.intersection(segment));
    if (!start.empty()) {
      if (start >= range.end) continue;
      range.begin = std::max(range.begin, codec::after_prefix(start));
    }
    const std::uint64_t before = page.bytes;
    TRY(storage::read_page(context.session, source, range, kv::Direction::kForward, selection, page));
    units += capacity::read_units(page.bytes - before, request.consistent);
  }
  return api::PageResponse{
      .items = std::move(page.items),
      .count_only = count_only,
      .count = page.count,
      .scanned_count = page.scanned,
      .last_evaluated_key = std::move(page.last_key),
      .consumed = report_page(request.report, target, page, units, request.consistent),
  };
}

}  // namespace stator::ops
