#include "ops/read_target.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "capacity/units.h"
#include "codec/keys.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

constexpr std::string_view kInvalidStart = "The provided starting key is invalid";
constexpr std::string_view kKeyMismatch = "The provided key element does not match the schema";

// How many attributes a key of the target has: an index's and the table's together, each once.
std::size_t start_size(const ReadTarget& target) {
  const model::KeySchema& table = target.definition().key;
  if (target.index == nullptr) return table.size();
  return table.size() + static_cast<std::size_t>(std::ranges::count_if(
                            target.key().attributes(),
                            [&](const model::KeyAttribute& attribute) { return !table.contains(attribute.name); }));
}

bool is_all(const ReadTarget& target) {
  return target.index == nullptr || target.index->index().projection.type == model::ProjectionType::kAll;
}

// The attributes asked for that the index does not have, in the request's order.
std::vector<std::string_view> unprojected(const storage::IndexEntries& index, const expr::Projection& projection) {
  std::vector<std::string_view> names;
  for (const model::DocumentPath& path : projection) {
    const std::string_view name = path.attribute();
    if (!index.projects(name) && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

Result<ReadTarget> find_target(Context& context, const TargetRequest& request) {
  TRY_ASSIGN(storage::TablePtr table, usable_table(context, request.table_name));
  ReadTarget target{.table = std::move(table), .table_name = request.table_name};
  if (!request.index_name) return target;
  target.index = target.table->find_index(*request.index_name);
  if (target.index == nullptr) {
    return fail_validation(fmt::format("The table does not have the specified index: {}", *request.index_name));
  }
  if (target.index->index().backfilling) {
    return fail_validation(fmt::format("Cannot read from backfilling global secondary index: {}", *request.index_name));
  }
  if (request.consistent && target.is_global()) {
    return fail_validation("Consistent reads are not supported on global secondary indexes");
  }
  return target;
}

Result<void> check_start(const ReadTarget& target, model::MapView start) {
  if (start.size() != start_size(target)) return fail_validation(std::string(kInvalidStart));
  for (const model::KeyAttribute& attribute : target.key().attributes()) {
    const auto value = start.find(attribute.name);
    if (!value) return fail_validation(std::string(kInvalidStart));
    if (!value->is(attribute.type)) return fail_validation(std::string(kKeyMismatch));
  }
  return {};
}

Result<void> check_start_of_table(const ReadTarget& target, model::MapView start) {
  for (const model::KeyAttribute& attribute : target.definition().key.attributes()) {
    const auto value = start.find(attribute.name);
    if (!value || !value->is(attribute.type)) {
      return fail_validation(fmt::format("{}: {}", kInvalidStart, kKeyMismatch));
    }
  }
  return {};
}

std::string start_key(const ReadTarget& target, model::MapView start) {
  const model::Table& table = target.definition();
  return target.index ? target.index->key(target.table->key_values(start))
                      : codec::item_key(table.number, table.key, start);
}

Result<storage::PageSource> choose_source(const ReadTarget& target, api::Select select,
                                          const std::optional<expr::Projection>& projection) {
  storage::PageSource source{.table = *target.table, .index = target.index};
  if (is_all(target)) return source;
  const std::string& name = target.index->index().name;
  if (select == api::Select::kAllAttributes && target.is_global()) {
    return fail_validation(
        fmt::format("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
                    "secondary index {} because its projection type is not ALL",
                    name));
  }
  const auto missing = projection ? unprojected(*target.index, *projection) : std::vector<std::string_view>();
  if (!missing.empty() && target.is_global()) {
    return fail_validation(
        fmt::format("One or more parameter values were invalid: Global secondary index {} does not project [{}]", name,
                    fmt::join(missing, ", ")));
  }
  source.fetches = select == api::Select::kAllAttributes || !missing.empty();
  return source;
}

std::optional<api::ConsumedCapacity> report_page(const api::ReportOptions& report, const ReadTarget& target,
                                                 const storage::Page& page, double units, bool consistent) {
  if (target.index == nullptr) return report_consumed(report, target.table_name, units);
  double fetched = 0;
  for (const std::size_t bytes : page.fetched) fetched += capacity::read_units(bytes, consistent);
  auto consumed = report_consumed(report, target.table_name, fetched);
  if (consumed) add_units(*consumed, target.index->index(), units);
  return consumed;
}

}  // namespace stator::ops
