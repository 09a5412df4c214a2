#include "ops/describe_time_to_live.h"

#include <string_view>

#include <fmt/format.h>

#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

Result<void> check_status(model::TableStatus status) {
  const auto refuse = [](std::string_view name) {
    return fail_validation(
        fmt::format("Cannot describe time to live while table is in {0} state: Current table state is {0}", name));
  };
  if (status == model::TableStatus::kCreating) return refuse("CREATING");
  if (status == model::TableStatus::kDeleting) return refuse("DELETING");
  return {};
}

}  // namespace

Result<api::DescribeTimeToLive::Response> run(Context& context, const api::DescribeTimeToLive::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_table(context, request.table_name));
  const model::Table& definition = table->definition();
  TRY(check_status(context.storage.status_of(definition)));
  api::DescribeTimeToLive::Response response;
  if (definition.expiry) response.attribute = definition.expiry->key.partition().front().name;
  return response;
}

}  // namespace stator::ops
