#include "api/table_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/rule.h"

namespace stator::api {
namespace {

constexpr std::int64_t kMostCapacityUnits = 1'000'000'000'000;
constexpr std::size_t kMostKeyElements = 2;
constexpr std::size_t kMostKeyAttributeName = 255;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

// What is wrong with an ARN in place of a table's name; empty if nothing is.
std::string_view arn_problem(std::string_view arn) {
  constexpr std::string_view kForm =
      "Valid ARN format is 'arn:<awsPartition>:<vendor>:<region>:<subscriber>:resourceType/resourceName', where "
      "Resource name must have length less than or equal to 255, Resource name must have length greater than or equal "
      "to 3, Resource name must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
  const std::optional<TableArn> parsed = parse_arn(arn);
  if (!parsed || !parsed->resource.contains('/')) return kForm;
  if (!parsed->resource.starts_with("table/")) return "Invalid resource type";
  const std::string_view name = parsed->table_name();
  if (name.size() < kLeastTableName) return "Table name of ARN must have length greater than or equal to 3";
  return is_table_name(name) ? std::string_view() : kForm;
}

template <class Structure, std::size_t N>
Result<void> read_member(Element element, std::string_view java_class, const std::array<Member<Structure>, N>& members,
                         std::optional<Structure>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const Object object, read_structure(element, java_class, Place::kMember));
  return read_members<Structure>(object, members, field.emplace());
}

template <class Structure, std::size_t N>
Result<void> read_elements(Element element, std::string_view java_class,
                           const std::array<Member<Structure>, N>& members,
                           std::optional<std::vector<Structure>>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  auto& structures = field.emplace();
  for (const Element entry : array) {
    Structure& structure = structures.emplace_back();
    if (entry.is_null()) continue;
    TRY_ASSIGN(const Object object, read_structure(entry, java_class, Place::kElement));
    TRY(read_members<Structure>(object, members, structure));
  }
  return {};
}

// "[KeySchemaElement(attributeName=a, keyType=HASH)]": how the service prints a key schema.
std::string printed(const std::vector<KeySchemaElementInput>& key_schema) {
  std::vector<std::string> elements;
  for (const KeySchemaElementInput& element : key_schema) {
    elements.push_back(fmt::format("KeySchemaElement(attributeName={}, keyType={})", element.name.value_or("null"),
                                   element.type.value_or("null")));
  }
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

// The attribute's name and its type or role, at "<path>.<position>.member".
void constrain_attribute(Constraints& constraints, std::string_view path, std::size_t position,
                         const std::optional<std::string>& name, std::string_view type_member,
                         const std::optional<std::string>& type, std::string_view types) {
  const std::string name_path = fmt::format("{}.{}.member.attributeName", path, position);
  constraints.not_null(name.has_value(), name_path);
  constraints.length_between(name, name_path, 1, kMostKeyAttributeName);
  const std::string type_path = fmt::format("{}.{}.member.{}", path, position, type_member);
  constraints.not_null(type.has_value(), type_path);
  constraints.one_of(type, type_path, types);
}

Result<void> check_bound(const std::optional<std::int64_t>& units, std::string_view name) {
  if (!units || *units <= kMostCapacityUnits) return {};
  return fail_validation(fmt::format("Given value {} for {} is out of bounds", *units, name));
}

bool disables_with_type(const SseSpecificationInput& encryption) {
  return encryption.enabled == false && encryption.type.has_value();
}
bool disables_with_key(const SseSpecificationInput& encryption) {
  return encryption.enabled == false && encryption.key_id.has_value();
}
bool names_key_without_type(const SseSpecificationInput& encryption) {
  return encryption.key_id.has_value() && encryption.type != "KMS";
}
bool asks_for_aes(const SseSpecificationInput& encryption) { return encryption.type == "AES256"; }

constexpr Rule<SseSpecificationInput> kEncryptionRules[] = {
    {disables_with_type, "SSEType can not be specified if Enabled is false"},
    {disables_with_key, "KMSMasterKeyId can not be specified if Enabled is false"},
    {asks_for_aes, "SSEType AES256 is not supported"},
    {names_key_without_type, "SSEType KMS is required if KMSMasterKeyId is specified"},
};

}  // namespace

std::string_view TableArn::table_name() const {
  constexpr std::string_view kTable = "table/";
  return resource.starts_with(kTable) ? resource.substr(kTable.size()) : std::string_view();
}

bool is_arn(std::string_view text) { return text.starts_with("arn:"); }

std::optional<TableArn> parse_arn(std::string_view text) {
  if (!is_arn(text)) return std::nullopt;
  text.remove_prefix(4);
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.empty()) return std::nullopt;
  return TableArn{
      .partition = parts[0], .service = parts[1], .region = parts[2], .account = parts[3], .resource = text};
}

bool is_table_name(std::string_view text) {
  return text.size() >= kLeastTableName && text.size() <= kMostTableName &&
         std::ranges::all_of(text, is_name_character);
}

Result<std::string> decode_table_name(const std::optional<std::string>& name) {
  if (!name) return fail_validation("The parameter 'TableName' is required but was not present in the request");
  Constraints constraints;
  if (is_arn(*name)) {
    if (const std::string_view problem = arn_problem(*name); !problem.empty()) {
      constraints.add(name, "tableName", problem);
    }
  } else {
    if (!name->empty()) constraints.name_pattern(name, "tableName");
    constraints.length_between(name, "tableName", kLeastTableName, kMostTableName);
  }
  TRY(constraints.result());
  return *name;
}

Result<std::string> decode_only_table_name(Object body) {
  struct Input {
    std::optional<std::string> table_name;
  };
  constexpr std::array kMembers{member<&Input::table_name>("TableName")};
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  return decode_table_name(input.table_name);
}

Result<void> read(Element element, std::optional<std::vector<AttributeDefinitionInput>>& field) {
  static constexpr std::array kMembers{member<&AttributeDefinitionInput::name>("AttributeName"),
                                       member<&AttributeDefinitionInput::type>("AttributeType")};
  return read_elements(element, "AttributeDefinition", kMembers, field);
}

Result<void> read(Element element, std::optional<std::vector<KeySchemaElementInput>>& field) {
  static constexpr std::array kMembers{member<&KeySchemaElementInput::name>("AttributeName"),
                                       member<&KeySchemaElementInput::type>("KeyType")};
  return read_elements(element, "KeySchemaElement", kMembers, field);
}

Result<void> read(Element element, std::optional<ThroughputInput>& field) {
  static constexpr std::array kMembers{member<&ThroughputInput::read_units>("ReadCapacityUnits"),
                                       member<&ThroughputInput::write_units>("WriteCapacityUnits")};
  return read_member(element, "ProvisionedThroughput", kMembers, field);
}

Result<void> read(Element element, std::optional<OnDemandThroughputInput>& field) {
  static constexpr std::array kMembers{member<&OnDemandThroughputInput::max_read_units>("MaxReadRequestUnits"),
                                       member<&OnDemandThroughputInput::max_write_units>("MaxWriteRequestUnits")};
  return read_member(element, "OnDemandThroughput", kMembers, field);
}

Result<void> read(Element element, std::optional<StreamSpecificationInput>& field) {
  static constexpr std::array kMembers{member<&StreamSpecificationInput::enabled>("StreamEnabled"),
                                       member<&StreamSpecificationInput::view_type>("StreamViewType")};
  return read_member(element, "StreamSpecification", kMembers, field);
}

Result<void> read(Element element, std::optional<SseSpecificationInput>& field) {
  static constexpr std::array kMembers{member<&SseSpecificationInput::enabled>("Enabled"),
                                       member<&SseSpecificationInput::type>("SSEType"),
                                       member<&SseSpecificationInput::key_id>("KMSMasterKeyId")};
  return read_member(element, "SSESpecification", kMembers, field);
}

Result<void> read(Element element, std::optional<PresentList>& field) {
  if (element.is_null()) return {};
  TRY(read_list(element));
  field.emplace();
  return {};
}

Result<void> read(Element element, std::optional<WarmThroughputInput>& field) {
  if (element.is_null()) return {};
  TRY(read_structure(element, "WarmThroughput", Place::kMember));
  field.emplace();
  return {};
}

std::unexpected<Error> fail_unsupported(std::string_view parameter) {
  return fail_validation(fmt::format("Stator does not support {} yet", parameter));
}

void constrain(Constraints& constraints, const std::vector<AttributeDefinitionInput>& definitions) {
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    constrain_attribute(constraints, "attributeDefinitions", i + 1, definitions[i].name, "attributeType",
                        definitions[i].type, "[B, N, S]");
  }
}

void constrain(Constraints& constraints, const std::vector<KeySchemaElementInput>& key_schema) {
  if (key_schema.empty()) {
    constraints.add("[]", "keySchema", "Member must have length greater than or equal to 1");
  }
  if (key_schema.size() > kMostKeyElements) {
    constraints.add(printed(key_schema), "keySchema", "Member must have length less than or equal to 2");
  }
  for (std::size_t i = 0; i < key_schema.size(); ++i) {
    constrain_attribute(constraints, "keySchema", i + 1, key_schema[i].name, "keyType", key_schema[i].type,
                        "[HASH, RANGE]");
  }
}

void constrain(Constraints& constraints, const std::optional<ThroughputInput>& throughput) {
  if (!throughput) return;
  const auto units = [&](const std::optional<std::int64_t>& value, std::string_view path) {
    constraints.not_null(value.has_value(), path);
    constraints.at_least(value, path, 1);
  };
  units(throughput->write_units, "provisionedThroughput.writeCapacityUnits");
  units(throughput->read_units, "provisionedThroughput.readCapacityUnits");
}

void constrain(Constraints& constraints, const std::optional<StreamSpecificationInput>& stream) {
  if (!stream) return;
  constraints.not_null(stream->enabled.has_value(), "streamSpecification.streamEnabled");
  constraints.one_of(stream->view_type, "streamSpecification.streamViewType",
                     "[NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]");
}

void constrain(Constraints& constraints, const std::optional<SseSpecificationInput>& encryption) {
  if (!encryption) return;
  constraints.one_of(encryption->type, "sSESpecification.sSEType", "[AES256, KMS]");
}

void constrain_billing(Constraints& constraints, const std::optional<std::string>& billing_mode,
                       const std::optional<std::string>& throughput_mode) {
  constexpr std::string_view kModes = "[PROVISIONED, PAY_PER_REQUEST]";
  constraints.one_of(billing_mode, "billingMode", kModes);
  constraints.one_of(throughput_mode, "tableThroughputMode", kModes);
}

model::BillingMode billing_mode_of(std::string_view name) {
  return name == "PAY_PER_REQUEST" ? model::BillingMode::kPayPerRequest : model::BillingMode::kProvisioned;
}

model::Type attribute_type_of(std::string_view name) {
  return model::type_from_name(name).value_or(model::Type::kString);
}

std::optional<model::TableClass> table_class_of(std::string_view name) {
  if (name == "STANDARD") return model::TableClass::kStandard;
  if (name == "STANDARD_INFREQUENT_ACCESS") return model::TableClass::kStandardInfrequentAccess;
  return std::nullopt;
}

std::string_view name_of(model::BillingMode mode) {
  return mode == model::BillingMode::kPayPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED";
}

std::string_view name_of(model::TableClass table_class) {
  return table_class == model::TableClass::kStandard ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS";
}

std::string_view name_of(model::TableStatus status) {
  switch (status) {
    case model::TableStatus::kCreating:
      return "CREATING";
    case model::TableStatus::kUpdating:
      return "UPDATING";
    case model::TableStatus::kActive:
      return "ACTIVE";
    case model::TableStatus::kDeleting:
      return "DELETING";
  }
  std::unreachable();
}

Result<void> check_bounds(const ThroughputInput& throughput) {
  TRY(check_bound(throughput.read_units, "ReadCapacityUnits"));
  return check_bound(throughput.write_units, "WriteCapacityUnits");
}

Result<void> check_table_class(const std::optional<std::string>& table_class) {
  if (!table_class || table_class_of(*table_class)) return {};
  return fail_validation(
      "Invalid table-class parameter provided. Please try again with a valid table-class value: "
      "[STANDARD, STANDARD_INFREQUENT_ACCESS].");
}

Result<void> check_encryption(const SseSpecificationInput& encryption) {
  return check_rules<SseSpecificationInput>(kEncryptionRules, encryption);
}

bool asks_for_encryption(const std::optional<SseSpecificationInput>& encryption) {
  return encryption && (encryption->enabled.value_or(false) || encryption->type || encryption->key_id);
}

bool asks_for_stream(const std::optional<StreamSpecificationInput>& stream) {
  return stream && stream->enabled.value_or(false);
}

Result<void> check_range(const OnDemandThroughputInput& throughput, bool may_remove) {
  const auto check = [&](const std::optional<std::int64_t>& units, std::string_view name) -> Result<void> {
    if (!units || *units >= 1 || (may_remove && *units == -1)) return {};
    return fail_validation(fmt::format("{}Requested {} for OnDemandThroughput for table is outside of valid range",
                                       kInvalidParameter, name));
  };
  TRY(check(throughput.max_read_units, "MaxReadRequestUnits"));
  return check(throughput.max_write_units, "MaxWriteRequestUnits");
}

model::Throughput throughput_of(const ThroughputInput& throughput) {
  return {.read_units = throughput.read_units.value_or(0), .write_units = throughput.write_units.value_or(0)};
}

model::OnDemandThroughput throughput_of(const OnDemandThroughputInput& throughput) {
  return {.max_read_units = throughput.max_read_units, .max_write_units = throughput.max_write_units};
}

}  // namespace stator::api
