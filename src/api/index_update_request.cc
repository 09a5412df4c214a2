#include "api/index_update_request.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "api/rule.h"
#include "api/structure_readers.h"

namespace stator::api {
namespace {

const std::string& name_of(const IndexUpdateInput& entry) {
  if (entry.update) return *entry.update->name;
  return entry.create ? *entry.create->name : *entry.remove->name;
}

int actions(const IndexUpdateInput& entry) {
  return (entry.update ? 1 : 0) + (entry.create ? 1 : 0) + (entry.remove ? 1 : 0);
}
bool asks_for_nothing(const IndexUpdateInput& entry) { return actions(entry) == 0; }
bool asks_for_several(const IndexUpdateInput& entry) { return actions(entry) > 1; }

constexpr Rule<IndexUpdateInput> kActionRules[] = {
    {asks_for_nothing,
     "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete "
     "must not be null"},
    {asks_for_several, "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"},
};

Result<void> check_creation(const IndexInput& index, const DefinedAttributes& defined) {
  if (defined.all().empty()) {
    return fail_validation(
        fmt::format("{}AttributeDefinitions is not specified for index: {}", kInvalidParameter, *index.name));
  }
  TRY(check_defined(*index.key_schema, defined));
  TRY(check_global_index(index));
  TRY(check_bounds(index));
  return check_range(index);
}

Result<void> check_update(const IndexThroughputInput& update) {
  if (update.throughput) TRY(check_bounds(*update.throughput, fmt::format(" for index {}", *update.name)));
  if (!update.on_demand_throughput) return {};
  return check_range(*update.on_demand_throughput, /*may_remove=*/true, fmt::format("index : {}", *update.name));
}

IndexChange change_of(IndexUpdateInput entry, const DefinedAttributes& defined) {
  if (entry.create) {
    const bool has_throughput = entry.create->throughput.has_value();
    return CreateIndex{.index = index_of(std::move(*entry.create), model::IndexKind::kGlobal, defined),
                       .has_throughput = has_throughput};
  }
  if (entry.remove) return DeleteIndex{.name = std::move(*entry.remove->name)};
  UpdateIndex update{.name = std::move(*entry.update->name)};
  if (entry.update->throughput) update.throughput = throughput_of(*entry.update->throughput);
  const std::optional<OnDemandThroughputInput>& ceilings = entry.update->on_demand_throughput;
  if (ceilings && !ceilings->is_empty()) update.on_demand_throughput = throughput_of(*ceilings);
  return update;
}

}  // namespace

Result<void> read(Element element, std::optional<IndexThroughputInput>& field) {
  static constexpr std::array kMembers{
      member<&IndexThroughputInput::name>("IndexName"),
      member<&IndexThroughputInput::throughput>("ProvisionedThroughput"),
      member<&IndexThroughputInput::on_demand_throughput>("OnDemandThroughput"),
      member<&IndexThroughputInput::warm_throughput>("WarmThroughput"),
  };
  return read_member(element, "UpdateGlobalSecondaryIndexAction", kMembers, field);
}

Result<void> read(Element element, std::optional<IndexNameInput>& field) {
  static constexpr std::array kMembers{member<&IndexNameInput::name>("IndexName")};
  return read_member(element, "DeleteGlobalSecondaryIndexAction", kMembers, field);
}

Result<void> read(Element element, std::optional<IndexUpdates>& field) {
  static constexpr std::array kMembers{member<&IndexUpdateInput::update>("Update"),
                                       member<&IndexUpdateInput::create>("Create"),
                                       member<&IndexUpdateInput::remove>("Delete")};
  return read_elements(element, "GlobalSecondaryIndexUpdate", kMembers, field);
}

void constrain(Constraints& constraints, const IndexUpdates& updates) {
  std::size_t position = 0;
  for (const IndexUpdateInput& entry : updates) {
    const std::string path = fmt::format("globalSecondaryIndexUpdates.{}.member", ++position);
    const auto constrain_name = [&](const std::optional<std::string>& name, std::string_view action) {
      const std::string name_path = fmt::format("{}.{}.indexName", path, action);
      constraints.not_null(name.has_value(), name_path);
      constrain_index_name(constraints, name, name_path);
    };
    if (entry.update) {
      constrain_name(entry.update->name, "update");
      constrain(constraints, entry.update->throughput, fmt::format("{}.update.provisionedThroughput", path));
    }
    if (entry.create) constrain_global_index(constraints, *entry.create, fmt::format("{}.create", path));
    if (entry.remove) constrain_name(entry.remove->name, "delete");
  }
}

bool asks_for_warm_throughput(const IndexUpdates& updates) {
  return std::ranges::any_of(updates, [](const IndexUpdateInput& entry) {
    return (entry.update && entry.update->warm_throughput) || (entry.create && entry.create->warm_throughput);
  });
}

Result<void> check_actions(const IndexUpdates& updates) {
  std::unordered_set<std::string_view> names;
  for (const IndexUpdateInput& entry : updates) {
    TRY(check_rules<IndexUpdateInput>(kActionRules, entry));
    if (!names.insert(name_of(entry)).second) {
      return fail_validation(
          fmt::format("{}Only one global secondary index update per index is allowed simultaneously. Index: {}",
                      kInvalidParameter, name_of(entry)));
    }
  }
  return {};
}

Result<void> check_contents(const IndexUpdates& updates, const Definitions& definitions) {
  const bool creates = std::ranges::any_of(updates, [](const auto& entry) { return entry.create.has_value(); });
  if (creates) TRY(check_distinct(definitions));
  const DefinedAttributes defined(definitions);
  for (const IndexUpdateInput& entry : updates) {
    if (entry.create) TRY(check_creation(*entry.create, defined));
    if (entry.update) TRY(check_update(*entry.update));
  }
  return {};
}

std::vector<IndexChange> changes_of(IndexUpdates updates, const Definitions& definitions) {
  const DefinedAttributes defined(definitions);
  std::vector<IndexChange> changes;
  for (IndexUpdateInput& entry : updates) changes.push_back(change_of(std::move(entry), defined));
  return changes;
}

}  // namespace stator::api
