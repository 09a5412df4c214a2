#include "ops/query.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "capacity/units.h"
#include "codec/keys.h"
#include "expr/key_condition.h"
#include "ops/key_check.h"
#include "ops/reports.h"
#include "ops/table_lookup.h"
#include "storage/read_page.h"

namespace stator::ops {
namespace {

using expr::SortOperator;

constexpr std::string_view kInvalidStart = "The provided starting key is invalid";

// The stretch of the store that the key condition names.
kv::Range range_of(const model::Table& table, const expr::KeyCondition& condition) {
  std::vector<model::ValueView> partition;
  for (const model::Value& value : std::span(condition.equal).first(table.key.partition().size())) {
    partition.push_back(value.view());
  }
  std::string prefix = codec::partition_prefix(table.number, IndexNumber{0}, partition);
  for (const model::Value& value : std::span(condition.equal).subspan(partition.size())) {
    codec::append_key_value(prefix, value.view());
  }
  kv::Range range{prefix, codec::after_prefix(prefix)};
  if (!condition.sort) return range;

  const expr::SortCondition& sort = *condition.sort;
  std::string from = prefix;
  if (sort.op == SortOperator::kBeginsWith) {
    codec::append_key_prefix(from, sort.operand.view());
    return {from, codec::after_prefix(from)};
  }
  codec::append_key_value(from, sort.operand.view());
  // No encoding is a prefix of another, so this lies above `from` and below every greater sort key.
  const std::string past = codec::after_prefix(from);
  switch (sort.op) {
    case SortOperator::kLess:
      return {range.begin, from};
    case SortOperator::kLessOrEqual:
      return {range.begin, past};
    case SortOperator::kGreater:
      return {past, range.end};
    case SortOperator::kGreaterOrEqual:
      return {from, range.end};
    case SortOperator::kBetween: {
      std::string to = prefix;
      codec::append_key_value(to, sort.upper.view());
      return {from, codec::after_prefix(to)};
    }
    case SortOperator::kEqual:
    case SortOperator::kBeginsWith:
      break;
  }
  return range;
}

Result<void> check_start(const model::Table& table, const expr::KeyCondition& condition, model::MapView start) {
  const model::KeySchema& schema = table.key;
  if (schema.sort().empty()) return fail_validation("The query can return at most one row and cannot be restarted");
  const auto is_given = [&](const model::KeyAttribute& attribute) { return start.contains(attribute.name); };
  if (start.size() != schema.size() || !std::ranges::all_of(schema.attributes(), is_given)) {
    return fail_validation(std::string(kInvalidStart));
  }
  if (auto matches = check_key(schema, start); !matches) return matches;
  for (std::size_t i = 0; i < schema.partition().size(); ++i) {
    if (*start.find(schema.partition()[i].name) != condition.equal[i].view()) {
      return fail_validation("The provided starting key is outside query boundaries based on provided conditions");
    }
  }
  return {};
}

// Cuts off what lies up to the start key, in the direction of the walk.
Result<void> start_after(const model::Table& table, model::MapView start, bool forward, kv::Range& range) {
  const std::string key = codec::item_key(table.number, table.key, start);
  if (key < range.begin || key >= range.end) {
    return fail_validation("The provided starting key does not match the range key predicate");
  }
  if (forward) {
    range.begin = codec::after_prefix(key);
  } else {
    range.end = key;
  }
  return {};
}

Result<void> check_filter(const model::KeySchema& schema, const api::Query::Request& request) {
  if (!request.filter) return {};
  for (const model::KeyAttribute& attribute : schema.attributes()) {
    if (request.filter->mentions(attribute.name)) {
      return fail_validation(fmt::format("{} can only contain non-primary key attributes: Primary key attribute: {}",
                                         request.filter_is_legacy ? "QueryFilter" : "Filter Expression",
                                         attribute.name));
    }
  }
  return {};
}

}  // namespace

Result<api::Query::Response> run(Context& context, const api::Query::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, usable_table(context, request.table_name));
  const model::Table& definition = table->definition();
  if (request.index_name) {
    return fail_validation(fmt::format("The table does not have the specified index: {}", *request.index_name));
  }
  TRY_ASSIGN(const expr::KeyCondition condition, expr::bind_key_condition(request.key_condition, definition.key));
  kv::Range range = range_of(definition, condition);
  if (request.exclusive_start_key) {
    const model::MapView start = request.exclusive_start_key->view();
    TRY(check_start(definition, condition, start));
    TRY(start_after(definition, start, request.forward, range));
  }
  if (request.projection) TRY(check_paths(definition.key, *request.projection));
  TRY(check_filter(definition.key, request));

  storage::Page page;
  if (request.limit) page.limit = static_cast<std::uint64_t>(*request.limit);
  const bool count_only = request.select == api::Select::kCount;
  TRY(storage::read_page(context.session, definition, range,
                         request.forward ? kv::Direction::kForward : kv::Direction::kBackward,
                         {.filter = request.filter ? &*request.filter : nullptr,
                          .projection = request.projection ? &*request.projection : nullptr,
                          .count_only = count_only},
                         page));
  return api::PageResponse{
      .items = std::move(page.items),
      .count_only = count_only,
      .count = page.count,
      .scanned_count = page.scanned,
      .last_evaluated_key = std::move(page.last_key),
      .consumed = report_consumed(request.report, definition, capacity::read_units(page.bytes, request.consistent)),
  };
}

}  // namespace stator::ops
