#include "api/create_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/json.h"
#include "api/rule.h"
#include "api/table_request.h"
#include "api/tags.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<std::vector<AttributeDefinitionInput>> attribute_definitions;
  std::optional<std::string> table_name;
  std::optional<std::vector<KeySchemaElementInput>> key_schema;
  std::optional<std::string> billing_mode;
  std::optional<std::string> throughput_mode;
  std::optional<ThroughputInput> throughput;
  std::optional<OnDemandThroughputInput> on_demand_throughput;
  std::optional<StreamSpecificationInput> stream;
  std::optional<SseSpecificationInput> encryption;
  std::optional<std::vector<TagInput>> tags;
  std::optional<std::string> table_class;
  std::optional<bool> deletion_protection;
  std::optional<PresentList> local_indexes;
  std::optional<PresentList> global_indexes;
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
    member<&Input::local_indexes>("LocalSecondaryIndexes"),
    member<&Input::global_indexes>("GlobalSecondaryIndexes"),
    member<&Input::vector_indexes>("VectorIndexes"),
    member<&Input::warm_throughput>("WarmThroughput"),
    member<&Input::resource_policy>("ResourcePolicy"),
    member<&Input::global_table_source>("GlobalTableSourceArn"),
    member<&Input::settings_replication>("GlobalTableSettingsReplicationMode"),
};

constexpr Unsupported<Input> kUnsupported[] = {
    {"LocalSecondaryIndexes", [](const Input& input) { return input.local_indexes.has_value(); }},
    {"GlobalSecondaryIndexes", [](const Input& input) { return input.global_indexes.has_value(); }},
    {"VectorIndexes", [](const Input& input) { return input.vector_indexes.has_value(); }},
    {"StreamSpecification", [](const Input& input) { return asks_for_stream(input.stream); }},
    {"SSESpecification", [](const Input& input) { return asks_for_encryption(input.encryption); }},
    {"WarmThroughput", [](const Input& input) { return input.warm_throughput.has_value(); }},
    {"ResourcePolicy", [](const Input& input) { return input.resource_policy.has_value(); }},
    {"GlobalTableSourceArn", [](const Input& input) { return input.global_table_source.has_value(); }},
    {"GlobalTableSettingsReplicationMode", [](const Input& input) { return input.settings_replication.has_value(); }},
};

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  constraints.not_null(input.attribute_definitions.has_value(), "attributeDefinitions");
  if (input.attribute_definitions) constrain(constraints, *input.attribute_definitions);
  constrain_billing(constraints, input.billing_mode, input.throughput_mode);
  constrain(constraints, input.throughput);
  constraints.not_null(input.key_schema.has_value(), "keySchema");
  if (input.key_schema) constrain(constraints, *input.key_schema);
  constrain(constraints, input.stream);
  constrain(constraints, input.encryption);
  return constraints.result();
}

// BillingMode wins over its other name; neither means PROVISIONED.
model::BillingMode billing_mode(const Input& input) {
  return billing_mode_of(input.billing_mode ? *input.billing_mode : input.throughput_mode.value_or("PROVISIONED"));
}
bool is_on_demand(const Input& input) { return billing_mode(input) == model::BillingMode::kPayPerRequest; }

const AttributeDefinitionInput* find_definition(const Input& input, const std::optional<std::string>& name) {
  const auto it = std::ranges::find(*input.attribute_definitions, name, &AttributeDefinitionInput::name);
  return it == input.attribute_definitions->end() ? nullptr : &*it;
}

// The first attribute that is defined again; null if none is.
const AttributeDefinitionInput* duplicate_definition(const Input& input) {
  for (const AttributeDefinitionInput& definition : *input.attribute_definitions) {
    if (find_definition(input, definition.name) != &definition) return &definition;
  }
  return nullptr;
}

template <class Element>
std::string names_of(const std::vector<Element>& elements) {
  std::vector<std::string_view> names;
  for (const Element& element : elements) names.push_back(*element.name);
  return fmt::format("[{}]", fmt::join(names, ", "));
}

bool has_throughput_on_demand(const Input& input) { return is_on_demand(input) && input.throughput.has_value(); }
bool lacks_throughput(const Input& input) { return !is_on_demand(input) && !input.throughput; }
bool defines_attribute_twice(const Input& input) { return duplicate_definition(input) != nullptr; }
bool has_more_key_elements_than_definitions(const Input& input) {
  return input.key_schema->size() > input.attribute_definitions->size();
}
bool lacks_key_definition(const Input& input) {
  return std::ranges::any_of(*input.key_schema, [&](const KeySchemaElementInput& element) {
    return find_definition(input, element.name) == nullptr;
  });
}
bool names_one_attribute_twice(const Input& input) {
  return input.key_schema->size() == 2 && input.key_schema->front().name == input.key_schema->back().name;
}
bool does_not_begin_with_hash(const Input& input) { return input.key_schema->front().type != "HASH"; }
bool does_not_end_with_range(const Input& input) {
  return input.key_schema->size() == 2 && input.key_schema->back().type != "RANGE";
}
bool defines_unused_attribute(const Input& input) {
  return input.key_schema->size() != input.attribute_definitions->size();
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

constexpr Rule<Input> kKeyRules[] = {
    {.is_broken = defines_attribute_twice,
     .prefixed = false,
     .message =
         [](const Input& input) { return "Attribute Name is duplicated: " + *duplicate_definition(input)->name; }},
    {has_more_key_elements_than_definitions, "Invalid KeySchema: Some index key attribute have no definition", false},
    {.is_broken = lacks_key_definition,
     .message =
         [](const Input& input) {
           return fmt::format(
               "Some index key attributes are not defined in AttributeDefinitions. Keys: {}, AttributeDefinitions: {}",
               names_of(*input.key_schema), names_of(*input.attribute_definitions));
         }},
    {names_one_attribute_twice, "Both the Hash Key and the Range Key element in the KeySchema have the same name",
     false},
    {does_not_begin_with_hash, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type", false},
    {does_not_end_with_range, "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type", false},
};

constexpr Rule<Input> kDefinitionRules[] = {
    {defines_unused_attribute,
     "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"},
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

// Definitions that only an index uses would break kDefinitionRules: that indexes are not supported is told before.
Result<void> check_schema(const Input& input) {
  TRY(check_rules<Input>(kKeyRules, input));
  TRY(check_rules<Input>(kStreamRules, input));
  if (input.encryption) TRY(check_encryption(*input.encryption));
  TRY(refuse_unsupported(kUnsupported, input));
  return check_rules<Input>(kDefinitionRules, input);
}

Result<void> check_across(const Input& input) {
  TRY(check_table_class(input.table_class));
  TRY(check_rules<Input>(kBillingRules, input));
  if (input.throughput) TRY(check_bounds(*input.throughput));
  TRY(check_schema(input));
  TRY(check_rules<Input>(kOnDemandRules, input));
  if (input.on_demand_throughput) TRY(check_range(*input.on_demand_throughput, /*may_remove=*/false));
  return {};
}

model::KeySchema key_schema(const Input& input, const std::vector<KeySchemaElementInput>& elements) {
  model::KeySchema schema;
  for (const KeySchemaElementInput& element : elements) {
    model::KeyAttribute attribute{.name = *element.name,
                                  .type = attribute_type_of(*find_definition(input, element.name)->type)};
    if (element.type == "HASH") {
      schema.add_partition(std::move(attribute));
    } else {
      schema.add_sort(std::move(attribute));
    }
  }
  return schema;
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
  request.key = key_schema(input, *input.key_schema);
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
  return request;
}

void CreateTable::render(const Response& response, std::string& out) {
  out += R"({"TableDescription":)";
  append_table_description(out, response);
  out.push_back('}');
}

}  // namespace stator::api
