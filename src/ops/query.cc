#include "ops/query.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "capacity/units.h"
#include "codec/keys.h"
#include "expr/key_condition.h"
#include "expr/value_text.h"
#include "ops/key_check.h"
#include "ops/read_target.h"
#include "storage/read_page.h"

namespace stator::ops {
namespace {

using expr::SortOperator;

// The stretch of the store that the key condition names.
kv::Range range_of(const ReadTarget& target, const expr::KeyCondition& condition) {
  const std::span<const model::Value> equal(condition.equal);
  std::vector<model::ValueView> partition;
  for (const model::Value& value : equal.first(target.key().partition().size())) partition.push_back(value.view());
  std::string prefix = codec::partition_prefix(target.definition().number, target.number(), partition);
  for (const model::Value& value : equal.subspan(partition.size())) codec::append_key_value(prefix, value.view());
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

// The condition as it would be of the partition that `start` lies in.
expr::KeyCondition moved_to(const ReadTarget& target, expr::KeyCondition condition, model::MapView start) {
  const std::span<const model::KeyAttribute> partition = target.key().partition();
  for (std::size_t i = 0; i < partition.size(); ++i) {
    condition.equal[i] = model::Value(std::string(start.find(partition[i].name)->encoded()));
  }
  return condition;
}

// Cuts off what lies up to the start key, which has the target's own key attributes, in the direction of the walk.
Result<void> start_after(const ReadTarget& target, const expr::KeyCondition& condition, model::MapView start,
                         bool forward, kv::Range& range) {
  TRY(check_start_of_table(target, start));
  std::string key = start_key(target, start);
  const auto holds = [&](const kv::Range& stretch) { return key >= stretch.begin && key < stretch.end; };
  if (!holds(range)) {
    const bool has_sort_condition = condition.sort || condition.equal.size() > target.key().partition().size();
    if (!has_sort_condition) {
      return fail_validation("The provided starting key is outside query boundaries based on provided conditions");
    }
    return fail_validation(holds(range_of(target, moved_to(target, condition, start)))
                               ? "The query can return at most one row and cannot be restarted"
                               : "The provided starting key does not match the range key predicate");
  }
  if (forward) {
    range.begin = codec::after_prefix(key);
  } else {
    range.end = std::move(key);
  }
  return {};
}

// A filter is of what the key condition leaves open.
Result<void> check_filter_names_no_key(const ReadTarget& target, const api::Query::Request& request) {
  for (const model::KeyAttribute& attribute : target.key().attributes()) {
    if (request.filter->mentions(attribute.name)) {
      return fail_validation(fmt::format("{} can only contain non-primary key attributes: Primary key attribute: {}",
                                         request.filter_is_legacy ? "QueryFilter" : "Filter Expression",
                                         attribute.name));
    }
  }
  return {};
}

// ... and of what the index has.
Result<void> check_filter_is_projected(const ReadTarget& target, const expr::Condition& filter) {
  if (target.index == nullptr) return {};
  std::vector<std::string_view> missing = filter.attributes();
  std::erase_if(missing, [&](std::string_view name) { return target.index->projects(name); });
  if (missing.empty()) return {};
  return fail_validation(
      fmt::format("One or more parameter values were invalid: Secondary index {} does not project one or more filter "
                  "attributes: [{}]",
                  target.index->index().name, fmt::join(missing, ", ")));
}

Result<expr::KeyCondition> bind_condition(const ReadTarget& target, const api::Query::Request& request) {
  const std::string_view index = target.index == nullptr ? std::string_view() : target.index->index().name;
  return expr::bind_key_condition(request.key_condition, target.key(), index);
}

// The range that is asked for, in the service's order of checks.
Result<kv::Range> find_range(const ReadTarget& target, const api::Query::Request& request) {
  if (!request.exclusive_start_key) {
    TRY_ASSIGN(const expr::KeyCondition condition, bind_condition(target, request));
    return range_of(target, condition);
  }
  const model::MapView start = request.exclusive_start_key->view();
  TRY(check_start(target, start));
  if (target.index == nullptr && target.key().sort().empty()) {
    const model::KeyAttribute& attribute = target.key().partition().front();
    return fail_validation(fmt::format("The provided exclusive start key is invalid: ExclusiveStartKey: {{{}={}}}",
                                       attribute.name, expr::value_in_message(*start.find(attribute.name))));
  }
  TRY_ASSIGN(const expr::KeyCondition condition, bind_condition(target, request));
  kv::Range range = range_of(target, condition);
  TRY(start_after(target, condition, start, request.forward, range));
  return range;
}

}  // namespace

Result<api::Query::Response> run(Context& context, const api::Query::Request& request) {
  TRY_ASSIGN(const ReadTarget target, find_target(context, {.table_name = request.table_name,
                                                            .index_name = request.index_name,
                                                            .consistent = request.consistent}));
  TRY_ASSIGN(const kv::Range range, find_range(target, request));
  if (request.projection) TRY(check_paths(*target.table, *request.projection));
  if (request.filter) TRY(check_filter_names_no_key(target, request));
  TRY_ASSIGN(const storage::PageSource source, choose_source(target, request.select, request.projection));
  if (request.filter) {
    TRY(check_paths(*target.table, *request.filter));
    TRY(check_filter_is_projected(target, *request.filter));
  }

  storage::Page page;
  if (request.limit) page.limit = static_cast<std::uint64_t>(*request.limit);
  const bool count_only = request.select == api::Select::kCount;
  TRY(storage::read_page(context.session, source, range,
                         request.forward ? kv::Direction::kForward : kv::Direction::kBackward,
                         {.filter = request.filter ? &*request.filter : nullptr,
                          .projection = request.projection ? &*request.projection : nullptr,
                          .count_only = count_only},
                         page));
  const double units = capacity::read_units(page.bytes, request.consistent);
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
