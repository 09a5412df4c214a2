// What the requests on tables have in common: names and ARNs of tables, and the structures that describe a table, as
// sent, with the constraints of the service's model.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and the service's model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/constraints.h"
#include "api/json.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

inline constexpr std::size_t kLeastTableName = 3;
inline constexpr std::size_t kMostTableName = 255;

// "arn:aws:dynamodb:us-east-1:000000000000:table/Name". Does not own.
struct TableArn {
  std::string_view partition;
  std::string_view service;
  std::string_view region;
  std::string_view account;
  std::string_view resource;  // "table/Name", "table/Name/index/ByAge", ...

  // What follows "table/"; empty if the resource is none such.
  [[nodiscard]] std::string_view table_name() const;
};

[[nodiscard]] bool is_arn(std::string_view text);
// No value if a part is missing.
[[nodiscard]] std::optional<TableArn> parse_arn(std::string_view text);
[[nodiscard]] bool is_table_name(std::string_view text);

// TableName of a request on a table: a name or a table's ARN. Errors of it stop alone, before all other checks.
// Whether an ARN is of the request's region and account is for the operation to see.
[[nodiscard]] Result<std::string> decode_table_name(const std::optional<std::string>& name);
// That of a request that has no other parameter.
[[nodiscard]] Result<std::string> decode_only_table_name(Object body);

// ProvisionedThroughput.
struct ThroughputInput {
  std::optional<std::int64_t> read_units;
  std::optional<std::int64_t> write_units;
};
struct OnDemandThroughputInput {
  std::optional<std::int64_t> max_read_units;
  std::optional<std::int64_t> max_write_units;

  [[nodiscard]] bool is_empty() const { return !max_read_units && !max_write_units; }
};
struct StreamSpecificationInput {
  std::optional<bool> enabled;
  std::optional<std::string> view_type;
};
struct SseSpecificationInput {
  std::optional<bool> enabled;
  std::optional<std::string> type;
  std::optional<std::string> key_id;
};

Result<void> read(Element element, std::optional<ThroughputInput>& field);
Result<void> read(Element element, std::optional<OnDemandThroughputInput>& field);
Result<void> read(Element element, std::optional<StreamSpecificationInput>& field);
Result<void> read(Element element, std::optional<SseSpecificationInput>& field);

// Of features that Stator does not have: that they were sent is all that matters.
struct PresentList {};
struct WarmThroughputInput {};
Result<void> read(Element element, std::optional<PresentList>& field);
Result<void> read(Element element, std::optional<WarmThroughputInput>& field);

// A member of the wire structure Input whose feature Stator does not have, and whether a request asks for it.
template <class Input>
struct Unsupported {
  std::string_view name;
  bool (*is_asked_for)(const Input& input);
};

[[nodiscard]] std::unexpected<Error> fail_unsupported(std::string_view parameter);

template <class Input, std::size_t N>
Result<void> refuse_unsupported(const Unsupported<Input> (&parameters)[N], const Input& input) {
  for (const Unsupported<Input>& parameter : parameters) {
    if (parameter.is_asked_for(input)) return fail_unsupported(parameter.name);
  }
  return {};
}

// The model's constraints, in the service's order.
void constrain(Constraints& constraints, const std::optional<ThroughputInput>& throughput,
               std::string_view path = "provisionedThroughput");
void constrain(Constraints& constraints, const std::optional<StreamSpecificationInput>& stream);
void constrain(Constraints& constraints, const std::optional<SseSpecificationInput>& encryption);
// BillingMode, and TableThroughputMode, which is another name of it.
void constrain_billing(Constraints& constraints, const std::optional<std::string>& billing_mode,
                       const std::optional<std::string>& throughput_mode);

// Names of the wire and what they stand for. The texts must have passed their constraints.
[[nodiscard]] model::BillingMode billing_mode_of(std::string_view name);
[[nodiscard]] std::optional<model::TableClass> table_class_of(std::string_view name);
[[nodiscard]] std::string_view name_of(model::BillingMode mode);
[[nodiscard]] std::string_view name_of(model::TableClass table_class);
[[nodiscard]] std::string_view name_of(model::TableStatus status);
[[nodiscard]] model::StreamViewType view_type_of(std::string_view name);
[[nodiscard]] std::string_view name_of(model::StreamViewType view_type);

// The rules that CreateTable and UpdateTable share.

// "Given value 1000000000001 for ReadCapacityUnits is out of bounds". `of` follows it: " for index by".
[[nodiscard]] Result<void> check_bounds(const ThroughputInput& throughput, std::string_view of = {});
// TableClass is told in words of its own, not as a constraint.
[[nodiscard]] Result<void> check_table_class(const std::optional<std::string>& table_class);
[[nodiscard]] Result<void> check_encryption(const SseSpecificationInput& encryption);
[[nodiscard]] bool asks_for_encryption(const std::optional<SseSpecificationInput>& encryption);
[[nodiscard]] bool asks_for_stream(const std::optional<StreamSpecificationInput>& stream);
// At least 1; -1 (no ceiling) only if `may_remove`. `of` is what has the ceilings: "table", "index : by".
[[nodiscard]] Result<void> check_range(const OnDemandThroughputInput& throughput, bool may_remove,
                                       std::string_view of = "table");
[[nodiscard]] model::Throughput throughput_of(const ThroughputInput& throughput);
[[nodiscard]] model::OnDemandThroughput throughput_of(const OnDemandThroughputInput& throughput);

}  // namespace stator::api
