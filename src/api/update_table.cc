#include "api/update_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/index_update_request.h"
#include "api/json.h"
#include "api/key_schema_request.h"
#include "api/rule.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

struct Input {
  std::optional<Definitions> attribute_definitions;
  std::optional<std::string> table_name;
  std::optional<std::string> billing_mode;
  std::optional<std::string> throughput_mode;
  std::optional<ThroughputInput> throughput;
  std::optional<OnDemandThroughputInput> on_demand_throughput;
  std::optional<StreamSpecificationInput> stream;
  std::optional<SseSpecificationInput> encryption;
  std::optional<std::string> table_class;
  std::optional<bool> deletion_protection;
  std::optional<IndexUpdates> index_updates;
  std::optional<PresentList> vector_index_updates;
  std::optional<PresentList> replica_updates;
  std::optional<PresentList> witness_updates;
  std::optional<std::string> consistency;
  std::optional<WarmThroughputInput> warm_throughput;
  std::optional<std::string> settings_replication;
  std::optional<bool> disassociation_protection;
};

constexpr std::array kMembers{
    member<&Input::attribute_definitions>("AttributeDefinitions"),
    member<&Input::table_name>("TableName"),
    member<&Input::billing_mode>("BillingMode"),
    member<&Input::throughput_mode>("TableThroughputMode"),
    member<&Input::throughput>("ProvisionedThroughput"),
    member<&Input::on_demand_throughput>("OnDemandThroughput"),
    member<&Input::stream>("StreamSpecification"),
    member<&Input::encryption>("SSESpecification"),
    member<&Input::table_class>("TableClass"),
    member<&Input::deletion_protection>("DeletionProtectionEnabled"),
    member<&Input::index_updates>("GlobalSecondaryIndexUpdates"),
    member<&Input::vector_index_updates>("VectorIndexUpdates"),
    member<&Input::replica_updates>("ReplicaUpdates"),
    member<&Input::witness_updates>("GlobalTableWitnessUpdates"),
    member<&Input::consistency>("MultiRegionConsistency"),
    member<&Input::warm_throughput>("WarmThroughput"),
    member<&Input::settings_replication>("GlobalTableSettingsReplicationMode"),
    member<&Input::disassociation_protection>("DisassociationProtectionEnabled"),
};

constexpr Unsupported<Input> kUnsupported[] = {
    {"VectorIndexUpdates", [](const Input& input) { return input.vector_index_updates.has_value(); }},
    {"SSESpecification", [](const Input& input) { return asks_for_encryption(input.encryption); }},
    {"ReplicaUpdates", [](const Input& input) { return input.replica_updates.has_value(); }},
    {"GlobalTableWitnessUpdates", [](const Input& input) { return input.witness_updates.has_value(); }},
    {"MultiRegionConsistency", [](const Input& input) { return input.consistency.has_value(); }},
    {"WarmThroughput",
     [](const Input& input) {
       return input.warm_throughput || (input.index_updates && asks_for_warm_throughput(*input.index_updates));
     }},
    {"GlobalTableSettingsReplicationMode", [](const Input& input) { return input.settings_replication.has_value(); }},
    {"DisassociationProtectionEnabled",
     [](const Input& input) { return input.disassociation_protection.value_or(false); }},
};

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  if (input.attribute_definitions) constrain(constraints, *input.attribute_definitions);
  constrain(constraints, input.throughput);
  constrain_billing(constraints, input.billing_mode, input.throughput_mode);
  if (input.index_updates) constrain(constraints, *input.index_updates);
  constrain(constraints, input.stream);
  constrain(constraints, input.encryption);
  return constraints.result();
}

// BillingMode wins over its other name.
std::optional<model::BillingMode> billing_mode(const Input& input) {
  const std::optional<std::string>& name = input.billing_mode ? input.billing_mode : input.throughput_mode;
  return name ? std::optional(billing_mode_of(*name)) : std::nullopt;
}
bool to_provisioned(const Input& input) { return billing_mode(input) == model::BillingMode::kProvisioned; }
bool to_on_demand(const Input& input) { return billing_mode(input) == model::BillingMode::kPayPerRequest; }

bool has_on_demand_throughput(const Input& input) {
  return input.on_demand_throughput && !input.on_demand_throughput->is_empty();
}

// The changes that a request can ask for.
enum class Change : std::uint8_t {
  kThroughput,
  kBilling,
  kStream,
  kIndexes,
  kEncryption,
  kReplicas,
  kDeletionProtection,
  kOnDemandThroughput,
  kWarmThroughput,
  kTableClass,
  kOther,
};

bool asks_for(const Input& input, Change change) {
  switch (change) {
    case Change::kThroughput:
      return input.throughput.has_value();
    case Change::kBilling:
      return billing_mode(input).has_value();
    case Change::kStream:
      return input.stream.has_value();
    case Change::kIndexes:
      return (input.index_updates && !input.index_updates->empty()) || input.vector_index_updates;
    case Change::kEncryption:
      return input.encryption.has_value();
    case Change::kReplicas:
      return input.replica_updates || input.witness_updates;
    case Change::kDeletionProtection:
      return input.deletion_protection.has_value();
    case Change::kOnDemandThroughput:
      return has_on_demand_throughput(input);
    case Change::kWarmThroughput:
      return input.warm_throughput.has_value();
    case Change::kTableClass:
      return input.table_class.has_value();
    case Change::kOther:
      return input.settings_replication || input.disassociation_protection.value_or(false);
  }
  std::unreachable();
}

int changes(const Input& input) {
  int count = 0;
  for (int change = 0; change <= static_cast<int>(Change::kOther); ++change) {
    count += asks_for(input, static_cast<Change>(change)) ? 1 : 0;
  }
  return count;
}

template <Change change>
bool is_combined(const Input& input) {
  return asks_for(input, change) && changes(input) > 1;
}

// An index is to be created or deleted.
bool changes_indexes(const Input& input) {
  return input.index_updates && std::ranges::any_of(*input.index_updates, &IndexUpdateInput::comes_or_goes);
}

bool asks_for_nothing(const Input& input) { return changes(input) == 0; }
bool has_empty_list(const Input& input) { return input.index_updates && input.index_updates->empty(); }
bool combines_indexes_and_warm_throughput(const Input& input) {
  return changes_indexes(input) && input.warm_throughput;
}
bool combines_indexes_and_stream(const Input& input) { return changes_indexes(input) && input.stream; }
bool combines_indexes_and_throughput(const Input& input) {
  return changes_indexes(input) && input.throughput && !billing_mode(input);
}
bool combines_on_demand_throughput(const Input& input) {
  return has_on_demand_throughput(input) && changes(input) > (billing_mode(input) ? 2 : 1);
}
bool combines_stream_and_throughput(const Input& input) {
  return input.stream && (input.throughput || to_provisioned(input));
}
bool has_stream_without_view(const Input& input) { return asks_for_stream(input.stream) && !input.stream->view_type; }
bool has_view_without_stream(const Input& input) {
  return input.stream && input.stream->enabled == false && input.stream->view_type;
}
bool lacks_throughput(const Input& input) { return to_provisioned(input) && !input.throughput; }
bool has_throughput_on_demand(const Input& input) { return to_on_demand(input) && input.throughput; }

// The service names what the request could have asked for besides.
std::string nothing_asked_for(const Input& input) {
  return fmt::format(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
      "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, {}DeletionProtectionEnabled, "
      "OnDemandThroughput, WarmThroughput or TableClass is required",
      input.consistency ? "" : "MultiRegionConsistency, ");
}

constexpr Rule<Input> kPresenceRules[] = {
    {.is_broken = asks_for_nothing, .prefixed = false, .message = nothing_asked_for},
    {has_empty_list, "List of GlobalSecondaryIndexUpdates is empty"},
};

constexpr Rule<Input> kCombinationRules[] = {
    {is_combined<Change::kEncryption>, "Server-Side Encryption modification must be the only operation in the request"},
    {is_combined<Change::kTableClass>, "TableClass modification must be the only operation in the request"},
    {is_combined<Change::kDeletionProtection>,
     "DeletionProtection modification must be the only operation in the request"},
    {combines_indexes_and_warm_throughput,
     "Create global secondary index cannot be specified when updating WarmThroughput"},
    {combines_indexes_and_stream, "You cannot create or delete index while changing stream status"},
    {combines_indexes_and_throughput, "You cannot create or delete index while updating table IOPS"},
    {is_combined<Change::kWarmThroughput>, "WarmThroughput must be the only operation in the request"},
    {combines_on_demand_throughput,
     "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"},
    {combines_stream_and_throughput, "You cannot modify stream status while updating table IOPS"},
    {has_stream_without_view, "If stream is being enabled then UpdateViewType is required"},
    {has_view_without_stream, "If stream is being disabled, then UpdateViewType must not be specified"},
    {lacks_throughput, "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"},
    {has_throughput_on_demand, "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"},
};

Result<void> check_across(const Input& input) {
  TRY(check_table_class(input.table_class));
  TRY(check_rules<Input>(kPresenceRules, input));
  if (input.index_updates) TRY(check_actions(*input.index_updates));
  TRY(check_rules<Input>(kCombinationRules, input));
  if (input.index_updates)
    TRY(check_contents(*input.index_updates, input.attribute_definitions.value_or(Definitions())));
  if (input.throughput) TRY(check_bounds(*input.throughput));
  if (input.encryption) TRY(check_encryption(*input.encryption));
  if (input.on_demand_throughput) TRY(check_range(*input.on_demand_throughput, /*may_remove=*/true));
  return refuse_unsupported(kUnsupported, input);
}

}  // namespace

Result<UpdateTable::Request> UpdateTable::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY_ASSIGN(std::string table_name, decode_table_name(input.table_name));
  TRY(check_constraints(input));
  TRY(check_across(input));

  Request request;
  request.table_name = std::move(table_name);
  request.billing_mode = billing_mode(input);
  if (input.throughput) request.throughput = throughput_of(*input.throughput);
  if (has_on_demand_throughput(input)) request.on_demand_throughput = throughput_of(*input.on_demand_throughput);
  if (input.table_class) request.table_class = table_class_of(*input.table_class);
  request.deletion_protection = input.deletion_protection;
  if (asks_for_stream(input.stream)) {
    request.enable_stream = view_type_of(*input.stream->view_type);
  } else {
    request.disable_stream = input.stream.has_value();
  }
  request.disable_encryption = input.encryption.has_value();
  if (input.index_updates) {
    request.index_changes =
        changes_of(std::move(*input.index_updates), input.attribute_definitions.value_or(Definitions()));
  }
  return request;
}

void UpdateTable::render(const Response& response, std::string& out) {
  out += R"({"TableDescription":)";
  append_table_description(out, response);
  out.push_back('}');
}

}  // namespace stator::api
