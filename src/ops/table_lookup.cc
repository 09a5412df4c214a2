#include "ops/table_lookup.h"

#include <optional>

#include <fmt/format.h>

#include "api/table_request.h"

namespace stator::ops {
namespace {

constexpr std::string_view kPartition = "aws";

bool is_own_account(const Context& context, const api::TableArn& arn) {
  return arn.account == context.storage.options().account;
}

std::unexpected<Error> fail_access_denied() { return fail(ErrorCode::kAccessDenied, "Access is denied"); }

std::unexpected<Error> fail_arn(std::string_view what, std::string_view arn) {
  return fail_validation(fmt::format("1 validation error detected: Invalid AWS {} in '{}'", what, arn));
}

bool is_settled(model::TableStatus status) {
  return status == model::TableStatus::kActive || status == model::TableStatus::kUpdating;
}

}  // namespace

Result<std::string_view> named_table(const Context& context, std::string_view name_or_arn) {
  const std::optional<api::TableArn> arn = api::parse_arn(name_or_arn);
  if (!arn) return name_or_arn;
  if (arn->partition != kPartition) return fail_arn("partition", name_or_arn);
  if (arn->region != context.region()) return fail_arn("region", name_or_arn);
  if (!is_own_account(context, *arn)) return fail_access_denied();
  return arn->table_name();
}

Result<storage::TablePtr> usable_table(const Context& context, std::string_view name_or_arn) {
  TRY_ASSIGN(const std::string_view name, named_table(context, name_or_arn));
  return context.storage.usable_table(context.region(), name);
}

Result<storage::TablePtr> find_table(const Context& context, std::string_view name_or_arn) {
  TRY_ASSIGN(const std::string_view name, named_table(context, name_or_arn));
  storage::TablePtr table = context.storage.find_table(context.region(), name);
  if (table) return table;
  return fail(ErrorCode::kResourceNotFound, fmt::format("Requested resource not found: Table: {} not found", name));
}

Result<storage::TablePtr> find_tagged_table(const Context& context, std::string_view arn) {
  const std::optional<api::TableArn> parsed = api::parse_arn(arn);
  if (!parsed || parsed->partition != kPartition || parsed->region != context.region()) {
    return fail_validation(fmt::format("Invalid TableArn: Invalid ResourceArn provided as input {}", arn));
  }
  if (!is_own_account(context, *parsed)) return fail_access_denied();
  storage::TablePtr table = context.storage.find_table(context.region(), parsed->table_name());
  if (table && is_settled(context.storage.status_of(table->definition()))) return table;
  return fail(ErrorCode::kResourceNotFound,
              fmt::format("Requested resource not found: ResourceArn: {} not found", arn));
}

std::unexpected<Error> fail_in_use(std::string_view detail) {
  return fail(ErrorCode::kResourceInUse, fmt::format("Attempt to change a resource which is still in use: {}", detail));
}

Result<void> check_settled(const Context& context, const model::Table& table) {
  const model::TableStatus status = context.storage.status_of(table);
  if (is_settled(status)) return {};
  return fail_in_use(fmt::format("Table is being {}: {}",
                                 status == model::TableStatus::kCreating ? "created" : "deleted", table.name));
}

}  // namespace stator::ops
