#include "api/index_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/rule.h"
#include "api/structure_readers.h"

namespace stator::api {
namespace {

constexpr std::size_t kLeastIndexName = 3;
constexpr std::size_t kMostIndexName = 255;
constexpr std::size_t kMostAttributeName = 255;
constexpr std::size_t kMostNonKeyAttributesOfOne = 20;
constexpr std::size_t kMostLocalKeyElements = 2;

constexpr std::array kLocalMembers{
    member<&IndexInput::name>("IndexName"),
    member<&IndexInput::key_schema>("KeySchema"),
    member<&IndexInput::projection>("Projection"),
};
constexpr std::array kGlobalMembers{
    member<&IndexInput::name>("IndexName"),
    member<&IndexInput::key_schema>("KeySchema"),
    member<&IndexInput::projection>("Projection"),
    member<&IndexInput::throughput>("ProvisionedThroughput"),
    member<&IndexInput::on_demand_throughput>("OnDemandThroughput"),
    member<&IndexInput::warm_throughput>("WarmThroughput"),
};

void constrain_non_key_attributes(Constraints& constraints, const std::vector<std::string>& names,
                                  std::string_view path) {
  const std::string printed = fmt::format("[{}]", fmt::join(names, ", "));
  if (names.empty()) constraints.add(printed, path, "Member must have length greater than or equal to 1");
  if (names.size() > kMostNonKeyAttributesOfOne) {
    constraints.add(printed, path,
                    fmt::format("Member must have length less than or equal to {}", kMostNonKeyAttributesOfOne));
  }
  if (std::ranges::any_of(names,
                          [](const std::string& name) { return name.empty() || name.size() > kMostAttributeName; })) {
    constraints.add(printed, path,
                    fmt::format("Member must satisfy constraint: [Member must have length less than or equal to {}, "
                                "Member must have length greater than or equal to 1]",
                                kMostAttributeName));
  }
}

void constrain_projection(Constraints& constraints, const std::optional<ProjectionInput>& projection,
                          std::string_view path) {
  if (!projection) return;
  constraints.one_of(projection->type, fmt::format("{}.projectionType", path), "[ALL, INCLUDE, KEYS_ONLY]");
  if (projection->non_key_attributes) {
    constrain_non_key_attributes(constraints, *projection->non_key_attributes,
                                 fmt::format("{}.nonKeyAttributes", path));
  }
}

bool lacks_type(const ProjectionInput& projection) { return !projection.type; }
bool lists_attributes_of_all(const ProjectionInput& projection) {
  return projection.type != "INCLUDE" && projection.non_key_attributes;
}
bool includes_nothing(const ProjectionInput& projection) {
  return projection.type == "INCLUDE" && !projection.non_key_attributes;
}

// The first attribute that is listed again; null if none is.
const std::string* repeated_attribute(const ProjectionInput& projection) {
  if (!projection.non_key_attributes) return nullptr;
  const std::vector<std::string>& names = *projection.non_key_attributes;
  for (auto it = names.begin(); it != names.end(); ++it) {
    if (std::find(names.begin(), it, *it) != it) return &*it;
  }
  return nullptr;
}
bool repeats_attribute(const ProjectionInput& projection) { return repeated_attribute(projection) != nullptr; }

constexpr Rule<ProjectionInput> kProjectionRules[] = {
    {lacks_type, "Unknown ProjectionType: null"},
    {.is_broken = lists_attributes_of_all,
     .message =
         [](const ProjectionInput& projection) {
           return fmt::format("ProjectionType is {}, but NonKeyAttributes is specified", *projection.type);
         }},
    {includes_nothing, "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
    {.is_broken = repeats_attribute,
     .message =
         [](const ProjectionInput& projection) {
           return fmt::format("Duplicate element in NonKeyAttributes: {}", *repeated_attribute(projection));
         }},
};

struct LocalKey {
  const std::string& index_name;
  const KeyElements& index;
  const KeyElements& table;
};

bool lacks_range(const LocalKey& key) { return key.index.size() == 1; }
bool has_hash_of_its_own(const LocalKey& key) { return key.index.front().name != key.table.front().name; }

constexpr Rule<LocalKey> kLocalKeyRules[] = {
    {.is_broken = lacks_range,
     .message =
         [](const LocalKey& key) {
           return fmt::format("Index KeySchema does not have a range key for index: {}", key.index_name);
         }},
    {.is_broken = has_hash_of_its_own,
     .message =
         [](const LocalKey& key) {
           return fmt::format(
               "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index hash "
               "key: {}, table hash key: {}",
               key.index_name, *key.index.front().name, *key.table.front().name);
         }},
};

model::ProjectionType projection_type_of(std::string_view name) {
  if (name == "KEYS_ONLY") return model::ProjectionType::kKeysOnly;
  return name == "INCLUDE" ? model::ProjectionType::kInclude : model::ProjectionType::kAll;
}

}  // namespace

Result<void> read(Element element, std::optional<ProjectionInput>& field) {
  static constexpr std::array kMembers{member<&ProjectionInput::type>("ProjectionType"),
                                       member<&ProjectionInput::non_key_attributes>("NonKeyAttributes")};
  return read_member(element, "Projection", kMembers, field);
}

Result<void> read(Element element, std::optional<IndexInput>& field) {
  return read_member(element, "CreateGlobalSecondaryIndexAction", kGlobalMembers, field);
}

Result<void> read(Element element, std::optional<std::vector<IndexInput>>& field) {
  return read_elements(element, "GlobalSecondaryIndex", kGlobalMembers, field);
}

Result<void> read_local_indexes(Element element, std::optional<std::vector<IndexInput>>& field) {
  return read_elements(element, "LocalSecondaryIndex", kLocalMembers, field);
}

void constrain_index_name(Constraints& constraints, const std::optional<std::string>& name, std::string_view path) {
  constraints.name_pattern(name, path);
  constraints.length_between(name, path, kLeastIndexName, kMostIndexName);
}

void constrain_global_index(Constraints& constraints, const IndexInput& index, std::string_view path) {
  const auto at = [&](std::string_view name) { return fmt::format("{}.{}", path, name); };
  constraints.not_null(index.key_schema.has_value(), at("keySchema"));
  constraints.not_null(index.projection.has_value(), at("projection"));
  constraints.not_null(index.name.has_value(), at("indexName"));
  constrain_index_name(constraints, index.name, at("indexName"));
  constrain(constraints, index.throughput, at("provisionedThroughput"));
  if (index.key_schema) constrain(constraints, *index.key_schema, at("keySchema"), /*most=*/0);
  constrain_projection(constraints, index.projection, at("projection"));
}

void constrain_local_index(Constraints& constraints, const IndexInput& index, std::string_view path) {
  const auto at = [&](std::string_view name) { return fmt::format("{}.{}", path, name); };
  constraints.not_null(index.name.has_value(), at("indexName"));
  constrain_index_name(constraints, index.name, at("indexName"));
  constraints.not_null(index.key_schema.has_value(), at("keySchema"));
  if (index.key_schema) constrain(constraints, *index.key_schema, at("keySchema"), kMostLocalKeyElements);
  constraints.not_null(index.projection.has_value(), at("projection"));
  constrain_projection(constraints, index.projection, at("projection"));
}

bool asks_for_warm_throughput(const std::optional<std::vector<IndexInput>>& indexes) {
  return indexes &&
         std::ranges::any_of(*indexes, [](const IndexInput& index) { return index.warm_throughput.has_value(); });
}

Result<void> check_global_index(const IndexInput& index) {
  TRY(check_multi_attribute_key(*index.key_schema));
  return check_rules<ProjectionInput>(kProjectionRules, *index.projection);
}

Result<void> check_local_index(const IndexInput& index, const KeyElements& table_key) {
  TRY(check_simple_key(*index.key_schema));
  TRY(check_rules<LocalKey>(kLocalKeyRules,
                            {.index_name = *index.name, .index = *index.key_schema, .table = table_key}));
  return check_rules<ProjectionInput>(kProjectionRules, *index.projection);
}

Result<void> check_bounds(const IndexInput& index) {
  if (!index.throughput) return {};
  return check_bounds(*index.throughput, fmt::format(" for index {}", *index.name));
}

Result<void> check_range(const IndexInput& index) {
  if (!index.on_demand_throughput) return {};
  return check_range(*index.on_demand_throughput, /*may_remove=*/false, fmt::format("index : {}", *index.name));
}

model::Index index_of(IndexInput index, model::IndexKind kind, const DefinedAttributes& defined) {
  model::Index out;
  out.kind = kind;
  out.key = key_schema_of(*index.key_schema, defined);
  out.name = std::move(*index.name);
  out.projection.type = projection_type_of(*index.projection->type);
  if (index.projection->non_key_attributes) {
    out.projection.non_key_attributes = std::move(*index.projection->non_key_attributes);
  }
  if (index.throughput) out.throughput = throughput_of(*index.throughput);
  if (index.on_demand_throughput && !index.on_demand_throughput->is_empty()) {
    out.on_demand_throughput = throughput_of(*index.on_demand_throughput);
  }
  return out;
}

Result<void> check_non_key_attributes(std::span<const model::Index> indexes) {
  std::size_t count = 0;
  for (const model::Index& index : indexes) count += index.projection.non_key_attributes.size();
  if (count <= kMostNonKeyAttributes) return {};
  return fail_validation(fmt::format("{}Number of NonKeyAttributes exceeds per-table limit of {}", kInvalidParameter,
                                     kMostNonKeyAttributes));
}

std::string_view name_of(model::ProjectionType type) {
  switch (type) {
    case model::ProjectionType::kAll:
      return "ALL";
    case model::ProjectionType::kKeysOnly:
      return "KEYS_ONLY";
    case model::ProjectionType::kInclude:
      return "INCLUDE";
  }
  std::unreachable();
}

}  // namespace stator::api
