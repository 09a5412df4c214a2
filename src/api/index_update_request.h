// GlobalSecondaryIndexUpdates of UpdateTable, as sent: their constraints, and the rules they keep among themselves.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndexUpdate.html and the service's
// model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/constraints.h"
#include "api/index_request.h"
#include "api/json.h"
#include "api/key_schema_request.h"
#include "api/table_request.h"
#include "api/update_table.h"
#include "base/result.h"

namespace stator::api {

struct IndexThroughputInput {
  std::optional<std::string> name;
  std::optional<ThroughputInput> throughput;
  std::optional<OnDemandThroughputInput> on_demand_throughput;
  std::optional<WarmThroughputInput> warm_throughput;
};
struct IndexNameInput {
  std::optional<std::string> name;
};
// One of the three is given in an entry that is in order.
struct IndexUpdateInput {
  std::optional<IndexThroughputInput> update;
  std::optional<IndexInput> create;
  std::optional<IndexNameInput> remove;

  [[nodiscard]] bool comes_or_goes() const { return create || remove; }
};
using IndexUpdates = std::vector<IndexUpdateInput>;

Result<void> read(Element element, std::optional<IndexThroughputInput>& field);
Result<void> read(Element element, std::optional<IndexNameInput>& field);
Result<void> read(Element element, std::optional<IndexUpdates>& field);

void constrain(Constraints& constraints, const IndexUpdates& updates);

// What follows is of input that passed its constraints.

[[nodiscard]] bool asks_for_warm_throughput(const IndexUpdates& updates);
// One action an entry, one entry an index.
[[nodiscard]] Result<void> check_actions(const IndexUpdates& updates);
// The indexes to be created, against the AttributeDefinitions beside them, and all throughputs by themselves.
[[nodiscard]] Result<void> check_contents(const IndexUpdates& updates, const Definitions& definitions);
[[nodiscard]] std::vector<IndexChange> changes_of(IndexUpdates updates, const Definitions& definitions);

}  // namespace stator::api
