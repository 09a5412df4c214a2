// What a Query or Scan walks: a table, or one of its secondary indexes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/item_request.h"
#include "api/query.h"
#include "base/result.h"
#include "capacity/partitions.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "kv/engine.h"
#include "model/item.h"
#include "ops/context.h"
#include "storage/read_page.h"

namespace stator::ops {

struct ReadTarget {
  storage::TablePtr table;
  std::string_view table_name;                   // as the request has it, which must outlive this
  const storage::IndexEntries* index = nullptr;  // of the table; null: the table itself

  [[nodiscard]] const model::Table& definition() const { return table->definition(); }
  [[nodiscard]] IndexNumber number() const { return index ? index->index().number : IndexNumber{0}; }
  [[nodiscard]] const model::KeySchema& key() const { return index ? index->index().key : definition().key; }
  [[nodiscard]] bool is_global() const { return index && index->index().kind == model::IndexKind::kGlobal; }
};

// Both as Query and Scan are given them alike.
struct TargetRequest {
  const std::string& table_name;
  const std::optional<std::string>& index_name;
  bool consistent = false;
};

// The table, that it has the index, and that the index can be read so.
[[nodiscard]] Result<ReadTarget> find_target(Context& context, const TargetRequest& request);

// That `start` has as many attributes as a key of the target, and those of the target's own key, of their types.
[[nodiscard]] Result<void> check_start(const ReadTarget& target, model::MapView start);
// That it has, in an index, those of the table's key as well.
[[nodiscard]] Result<void> check_start_of_table(const ReadTarget& target, model::MapView start);
// Where in the store `start`, which passed both, lies.
[[nodiscard]] std::string start_key(const ReadTarget& target, model::MapView start);

// What is asked for of the items: that the target has it, and where it is taken from.
[[nodiscard]] Result<storage::PageSource> choose_source(const ReadTarget& target, api::Select select,
                                                        const std::optional<expr::Projection>& projection);

// All that `page` consumed of the target, `units` being what reading the target itself cost.
[[nodiscard]] std::optional<api::ConsumedCapacity> report_page(const api::ReportOptions& report,
                                                               const ReadTarget& target, const storage::Page& page,
                                                               double units, bool consistent);

}  // namespace stator::ops
