#include "api/create_table.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/index_request.h"
#include "api/json.h"
#include "api/key_schema_request.h"
#include "api/rule.h"
#include "api/table_request.h"
#include "api/tags.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<Definitions> attribute_definitions;
  std::optional<std::string> table_name;
  std::optional<KeyElements> key_schema;
  std::optional<std::string> billing_mode;
  std::optional<std::string> throughput_mode;
  std::optional<ThroughputInput> throughput;
  std::optional<OnDemandThroughputInput> on_demand_throughput;
  std::optional<StreamSpecificationInput> stream;
  std::optional<SseSpecificationInput> encryption;
  std::optional<std::vector<TagInput>> tags;
  std::optional<std::string> table_class;
  std::optional<bool> deletion_protection;
  std::optional<std::vector<IndexInput>> local_indexes;
  std::optional<std::vector<IndexInput>> global_indexes;
  std::optional<PresentList> vector_indexes;
  std::optional<WarmThroughputInput> warm_throughput;
  std::optional<std::string> resource_policy;
  std::optional<std::string> global_table_source;
  std::optional<std::string> settings_replication;
};

constexpr std::array kMembers{
    member<&Input::attribute_definitions>("AttributeDefinitions"),
    member<&Input::table_name>("TableName"),
    member<&Input::key_schema>("KeySchema"),
    member<&Input::billing_mode>("BillingMode"),
    member<&Input::throughput_mode>("TableThroughputMode"),
    member<&Input::throughput>("ProvisionedThroughput"),
    member<&Input::on_demand_throughput>("OnDemandThroughput"),
    member<&Input::stream>("StreamSpecification"),
    member<&Input::encryption>("SSESpecification"),
    member<&Input::tags>("Tags"),
    member<&Input::table_class>("TableClass"),
    member<&Input::deletion_protection>("DeletionProtectionEnabled"),
    Member<Input>{"LocalSecondaryIndexes",
                  [](Element element, Input& input) { return read_local_indexes(element, input.local_indexes); }},
    member<&Input::global_indexes>("GlobalSecondaryIndexes"),
    member<&Input::vector_indexes>("VectorIndexes"),
    member<&Input::warm_throughput>("WarmThroughput"),
    member<&Input::resource_policy>("ResourcePolicy"),
    member<&Input::global_table_source>("GlobalTableSourceArn"),
    member<&Input::settings_replication>("GlobalTableSettingsReplicationMode"),
};

constexpr std::size_t kMostKeyElements = 2;

// Empty if there is no list.
std::span<const IndexInput> listed(const std::optional<std::vector<IndexInput>>& indexes) {
  return indexes ? std::span<const IndexInput>(*indexes) : std::span<const IndexInput>();
}

constexpr Unsupported<Input> kUnsupported[] = {
    {"SSESpecification", [](const Input& input) { return asks_for_encryption(input.encryption); }},
    {"WarmThroughput",
     [](const Input& input) {
       return input.warm_throughput.has_value() || asks_for_warm_throughput(input.global_indexes);
     }},
    {"ResourcePolicy", [](const Input& input) { return input.resource_policy.has_value(); }},
    {"GlobalTableSourceArn", [](const Input& input) { return input.global_table_source.has_value(); }},
    {"GlobalTableSettingsReplicationMode", [](const Input& input) { return input.settings_replication.has_value(); }},
};

void constrain_indexes(Constraints& constraints, const Input& input) {
  std::size_t position = 0;
  for (const IndexInput& index : listed(input.global_indexes)) {
    constrain_global_index(constraints, index, fmt::format("globalSecondaryIndexes.{}.member", ++position));
  }
  position = 0;
  for (const IndexInput& index : listed(input.local_indexes)) {
    constrain_local_index(constraints, index, fmt::format("localSecondaryIndexes.{}.member", ++position));
  }
}

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  constraints.not_null(input.attribute_definitions.has_value(), "attributeDefinitions");
  if (input.attribute_definitions) constrain(constraints, *input.attribute_definitions);
  constrain_billing(constraints, input.billing_mode, input.throughput_mode);
  constrain(constraints, input.throughput);
  constraints.not_null(input.key_schema.has_value(), "keySchema");
  if (input.key_schema) constrain(constraints, *input.key_schema, "keySchema", kMostKeyElements);
  constrain_indexes(constraints, input);
  constrain(constraints, input.stream);
  constrain(constraints, input.encryption);
  return constraints.result();
}

// BillingMode wins over its other name; neither means PROVISIONED.
model::BillingMode billing_mode(const Input& input) {
  return billing_mode_of(input.billing_mode ? *input.billing_mode : input.throughput_mode.value_or("PROVISIONED"));
}
bool is_on_demand(const Input& input) { return billing_mode(input) == model::BillingMode::kPayPerRequest; }

bool has_throughput_on_demand(const Input& input) { return is_on_demand(input) && input.throughput.has_value(); }
bool lacks_throughput(const Input& input) { return !is_on_demand(input) && !input.throughput; }
bool is_without_indexes(const Input& input) {
  return listed(input.local_indexes).empty() && listed(input.global_indexes).empty();
}
bool defines_more_than_its_key(const Input& input) {
  return is_without_indexes(input) && input.key_schema->size() != input.attribute_definitions->size();
}

// The attributes that are part of a key, in the order of the keys.
std::vector<std::string_view> used_attributes(const Input& input) {
  std::vector<std::string_view> names;
  std::unordered_set<std::string_view> seen;
  const auto use = [&](const KeyElements& key_schema) {
    for (const KeySchemaElementInput& element : key_schema) {
      if (seen.insert(*element.name).second) names.push_back(*element.name);
    }
  };
  use(*input.key_schema);
  for (const IndexInput& index : listed(input.local_indexes)) use(*index.key_schema);
  for (const IndexInput& index : listed(input.global_indexes)) use(*index.key_schema);
  return names;
}
// All used attributes are defined, and none is defined twice.
bool defines_unused_attribute(const Input& input) {
  return used_attributes(input).size() != input.attribute_definitions->size();
}

bool has_empty_local_list(const Input& input) { return input.local_indexes && input.local_indexes->empty(); }
bool has_empty_global_list(const Input& input) { return input.global_indexes && input.global_indexes->empty(); }
bool has_local_index_without_range(const Input& input) {
  return !listed(input.local_indexes).empty() && input.key_schema->size() == 1;
}
bool has_too_many_local_indexes(const Input& input) { return listed(input.local_indexes).size() > kMostLocalIndexes; }
bool has_too_many_global_indexes(const Input& input) {
  return listed(input.global_indexes).size() > kMostGlobalIndexes;
}

bool has_view_without_stream(const Input& input) {
  return input.stream && input.stream->enabled == false && input.stream->view_type;
}
bool has_stream_without_view(const Input& input) { return asks_for_stream(input.stream) && !input.stream->view_type; }
bool limits_provisioned_reads(const Input& input) {
  return !is_on_demand(input) && input.on_demand_throughput && input.on_demand_throughput->max_read_units;
}
bool limits_provisioned_writes(const Input& input) {
  return !is_on_demand(input) && input.on_demand_throughput && input.on_demand_throughput->max_write_units;
}

constexpr Rule<Input> kBillingRules[] = {
    {has_throughput_on_demand,
     "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
    {lacks_throughput,
     "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
};

constexpr Rule<Input> kListRules[] = {
    {defines_more_than_its_key,
     "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"},
    {has_empty_local_list, "List of LocalSecondaryIndexes is empty"},
    {has_empty_global_list, "List of GlobalSecondaryIndexes is empty"},
};

constexpr Rule<Input> kDefinitionRules[] = {
    {.is_broken = defines_unused_attribute,
     .message =
         [](const Input& input) {
           return fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: {}, keys used: [{}]",
                              names_of(*input.attribute_definitions), fmt::join(used_attributes(input), ", "));
         }},
    {has_local_index_without_range,
     "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"},
};

constexpr Rule<Input> kCountRules[] = {
    {has_too_many_local_indexes, "Number of LocalSecondaryIndexes exceeds per-table limit of 5"},
    {has_too_many_global_indexes, "GlobalSecondaryIndex count exceeds the per-table limit of 20"},
};

// A global index, and how its table is billed.
struct BilledIndex {
  const IndexInput& index;
  bool on_demand;
};

bool has_index_throughput_on_demand(const BilledIndex& billed) { return billed.on_demand && billed.index.throughput; }
bool lacks_index_throughput(const BilledIndex& billed) { return !billed.on_demand && !billed.index.throughput; }
bool limits_provisioned_index(const BilledIndex& billed) {
  return !billed.on_demand && billed.index.on_demand_throughput && !billed.index.on_demand_throughput->is_empty();
}

constexpr Rule<BilledIndex> kIndexThroughputRules[] = {
    {.is_broken = has_index_throughput_on_demand,
     .message =
         [](const BilledIndex& billed) {
           return fmt::format(
               "ProvisionedThroughput should not be specified for index: {} when BillingMode is PAY_PER_REQUEST",
               *billed.index.name);
         }},
    {.is_broken = lacks_index_throughput,
     .message =
         [](const BilledIndex& billed) {
           return fmt::format("ProvisionedThroughput is not specified for index: {}", *billed.index.name);
         }},
    {.is_broken = limits_provisioned_index,
     .message =
         [](const BilledIndex& billed) {
           return fmt::format(
               "{} for OnDemandThroughput for index: {} cannot be specified when table BillingMode is PROVISIONED.",
               billed.index.on_demand_throughput->max_read_units ? "MaxReadRequestUnits" : "MaxWriteRequestUnits",
               *billed.index.name);
         }},
};

constexpr Rule<Input> kStreamRules[] = {
    {has_view_without_stream, "Table is being created with a stream disabled, UpdateViewType should not be specified"},
    {has_stream_without_view, "Table is being created with a stream enabled, UpdateViewType is required"},
};

constexpr Rule<Input> kOnDemandRules[] = {
    {limits_provisioned_reads,
     "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."},
    {limits_provisioned_writes,
     "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."},
};

// The definitions of all keys, before anything else about indexes.
Result<void> check_definitions(const Input& input) {
  TRY(check_distinct(*input.attribute_definitions));
  const DefinedAttributes defined(*input.attribute_definitions);
  TRY(check_defined(*input.key_schema, defined));
  TRY(check_simple_key(*input.key_schema));
  // Vector indexes define attributes of their own.
  if (input.vector_indexes) return fail_unsupported("VectorIndexes");
  TRY(check_rules<Input>(kListRules, input));
  for (const auto* indexes : {&input.local_indexes, &input.global_indexes}) {
    for (const IndexInput& index : listed(*indexes)) {
      TRY(check_defined(*index.key_schema, defined));
    }
  }
  return check_rules<Input>(kDefinitionRules, input);
}

Result<void> check_indexes(const Input& input) {
  std::unordered_set<std::string_view> names;
  const auto check_name = [&](const IndexInput& index) -> Result<void> {
    if (names.insert(*index.name).second) return {};
    return fail_validation(fmt::format("{}Duplicate index name: {}", kInvalidParameter, *index.name));
  };
  for (const IndexInput& index : listed(input.local_indexes)) {
    TRY(check_local_index(index, *input.key_schema));
    TRY(check_name(index));
  }
  for (const IndexInput& index : listed(input.global_indexes)) {
    TRY(check_global_index(index));
    TRY(check_rules<BilledIndex>(kIndexThroughputRules, {.index = index, .on_demand = is_on_demand(input)}));
    TRY(check_range(index));
    TRY(check_name(index));
  }
  return check_rules<Input>(kCountRules, input);
}

Result<void> check_across(const Input& input) {
  TRY(check_table_class(input.table_class));
  TRY(check_rules<Input>(kBillingRules, input));
  if (input.throughput) TRY(check_bounds(*input.throughput));
  for (const IndexInput& index : listed(input.global_indexes)) TRY(check_bounds(index));
  TRY(check_definitions(input));
  TRY(check_indexes(input));
  TRY(check_rules<Input>(kStreamRules, input));
  if (input.encryption) TRY(check_encryption(*input.encryption));
  TRY(refuse_unsupported(kUnsupported, input));
  TRY(check_rules<Input>(kOnDemandRules, input));
  if (input.on_demand_throughput) TRY(check_range(*input.on_demand_throughput, /*may_remove=*/false));
  return {};
}

std::vector<model::Index> take_indexes(Input& input) {
  std::vector<model::Index> indexes;
  const DefinedAttributes defined(*input.attribute_definitions);
  const auto take = [&](std::optional<std::vector<IndexInput>>& sent, model::IndexKind kind) {
    if (!sent) return;
    for (IndexInput& index : *sent) indexes.push_back(index_of(std::move(index), kind, defined));
  };
  take(input.local_indexes, model::IndexKind::kLocal);
  take(input.global_indexes, model::IndexKind::kGlobal);
  return indexes;
}

}  // namespace

Result<CreateTable::Request> CreateTable::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY_ASSIGN(std::string table_name, decode_table_name(input.table_name));
  TRY(check_constraints(input));
  TRY(check_across(input));

  Request request;
  if (input.tags) {
    TRY_ASSIGN(request.tags, decode_tags(*input.tags));
  }
  request.table_name = std::move(table_name);
  request.key = key_schema_of(*input.key_schema, DefinedAttributes(*input.attribute_definitions));
  request.indexes = take_indexes(input);
  TRY(check_non_key_attributes(request.indexes));
  for (AttributeDefinitionInput& definition : *input.attribute_definitions) {
    request.attribute_definitions.push_back(
        {.name = std::move(*definition.name), .type = attribute_type_of(*definition.type)});
  }
  request.billing_mode = billing_mode(input);
  if (input.throughput) request.throughput = throughput_of(*input.throughput);
  if (input.on_demand_throughput && !input.on_demand_throughput->is_empty()) {
    request.on_demand_throughput = throughput_of(*input.on_demand_throughput);
  }
  // A table that was never anything but STANDARD does not tell its class.
  if (input.table_class == "STANDARD_INFREQUENT_ACCESS") request.table_class = table_class_of(*input.table_class);
  request.deletion_protection = input.deletion_protection.value_or(false);
  if (asks_for_stream(input.stream)) request.stream = view_type_of(*input.stream->view_type);
  return request;
}

void CreateTable::render(const Response& response, std::string& out) {
  out += R"({"TableDescription":)";
  append_table_description(out, response);
  out.push_back('}');
}

}  // namespace stator::api
