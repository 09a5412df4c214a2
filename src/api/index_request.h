// Secondary indexes in the requests on tables, as sent: their constraints, and the rules that CreateTable and
// UpdateTable share. Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html,
// API_LocalSecondaryIndex.html, API_Projection.html and the service's model.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/constraints.h"
#include "api/json.h"
#include "api/key_schema_request.h"
#include "api/table_request.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

inline constexpr std::size_t kMostLocalIndexes = 5;
inline constexpr std::size_t kMostGlobalIndexes = 20;
inline constexpr std::size_t kMostNonKeyAttributes = 100;  // over all indexes of a table

struct ProjectionInput {
  std::optional<std::string> type;
  std::optional<std::vector<std::string>> non_key_attributes;
};
struct IndexInput {
  std::optional<std::string> name;
  std::optional<KeyElements> key_schema;
  std::optional<ProjectionInput> projection;
  // Of global indexes only.
  std::optional<ThroughputInput> throughput;
  std::optional<OnDemandThroughputInput> on_demand_throughput;
  std::optional<WarmThroughputInput> warm_throughput;
};

Result<void> read(Element element, std::optional<ProjectionInput>& field);
// A global index, or a list of them.
Result<void> read(Element element, std::optional<IndexInput>& field);
Result<void> read(Element element, std::optional<std::vector<IndexInput>>& field);
Result<void> read_local_indexes(Element element, std::optional<std::vector<IndexInput>>& field);

// The model's constraints on IndexName.
void constrain_index_name(Constraints& constraints, const std::optional<std::string>& name, std::string_view path);
// Those of an index at `path`.
void constrain_global_index(Constraints& constraints, const IndexInput& index, std::string_view path);
void constrain_local_index(Constraints& constraints, const IndexInput& index, std::string_view path);

// What follows is of input that passed its constraints.

[[nodiscard]] bool asks_for_warm_throughput(const std::optional<std::vector<IndexInput>>& indexes);

// The rules that an index keeps for itself, in the service's order; that its key is defined is not among them.
[[nodiscard]] Result<void> check_global_index(const IndexInput& index);
// `table_key` is a key of a table that is in order.
[[nodiscard]] Result<void> check_local_index(const IndexInput& index, const KeyElements& table_key);
// The bounds of a global index's ProvisionedThroughput and of its OnDemandThroughput.
[[nodiscard]] Result<void> check_bounds(const IndexInput& index);
[[nodiscard]] Result<void> check_range(const IndexInput& index);

[[nodiscard]] model::Index index_of(IndexInput index, model::IndexKind kind, const DefinedAttributes& defined);
// Too many non-key attributes over all indexes of a table.
[[nodiscard]] Result<void> check_non_key_attributes(std::span<const model::Index> indexes);

[[nodiscard]] std::string_view name_of(model::ProjectionType type);

}  // namespace stator::api
