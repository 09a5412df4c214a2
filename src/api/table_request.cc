#include "api/table_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "api/rule.h"
#include "api/structure_readers.h"

namespace stator::api {
namespace {

constexpr std::int64_t kMostCapacityUnits = 1'000'000'000'000;

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

Result<void> check_bound(const std::optional<std::int64_t>& units, std::string_view name, std::string_view of) {
  if (!units || *units <= kMostCapacityUnits) return {};
  return fail_validation(fmt::format("Given value {} for {} is out of bounds{}", *units, name, of));
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

void constrain(Constraints& constraints, const std::optional<ThroughputInput>& throughput, std::string_view path) {
  if (!throughput) return;
  const auto units = [&](const std::optional<std::int64_t>& value, std::string_view name) {
    const std::string member_path = fmt::format("{}.{}", path, name);
    constraints.not_null(value.has_value(), member_path);
    constraints.at_least(value, member_path, 1);
  };
  units(throughput->write_units, "writeCapacityUnits");
  units(throughput->read_units, "readCapacityUnits");
}

void constrain(Constraints& constraints, const std::optional<StreamSpecificationInput>& stream) {
  if (!stream) return;
  constraints.not_null(stream->enabled.has_value(), "streamSpecification.streamEnabled");
  constraints.one_of(stream->view_type, "streamSpecification.streamViewType",
                     "[OLD_IMAGE, KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE]");
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

model::StreamViewType view_type_of(std::string_view name) {
  using enum model::StreamViewType;
  if (name == "NEW_IMAGE") return kNewImage;
  if (name == "OLD_IMAGE") return kOldImage;
  return name == "KEYS_ONLY" ? kKeysOnly : kNewAndOldImages;
}

std::string_view name_of(model::StreamViewType view_type) {
  switch (view_type) {
    case model::StreamViewType::kKeysOnly:
      return "KEYS_ONLY";
    case model::StreamViewType::kNewImage:
      return "NEW_IMAGE";
    case model::StreamViewType::kOldImage:
      return "OLD_IMAGE";
    case model::StreamViewType::kNewAndOldImages:
      return "NEW_AND_OLD_IMAGES";
  }
  std::unreachable();
}

Result<void> check_bounds(const ThroughputInput& throughput, std::string_view of) {
  TRY(check_bound(throughput.read_units, "ReadCapacityUnits", of));
  return check_bound(throughput.write_units, "WriteCapacityUnits", of);
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

Result<void> check_range(const OnDemandThroughputInput& throughput, bool may_remove, std::string_view of) {
  const auto check = [&](const std::optional<std::int64_t>& units, std::string_view name) -> Result<void> {
    if (!units || *units >= 1 || (may_remove && *units == -1)) return {};
    return fail_validation(fmt::format("{}Requested {} for OnDemandThroughput for {} is outside of valid range",
                                       kInvalidParameter, name, of));
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
