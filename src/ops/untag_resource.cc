#include "ops/untag_resource.h"

#include <algorithm>
#include <string>

#include "ops/table_lookup.h"

namespace stator::ops {

Result<api::UntagResource::Response> run(Context& context, const api::UntagResource::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_tagged_table(context, request.arn));
  const model::Table& definition = table->definition();
  const auto is_present = [&](const std::string& key) { return definition.tags.contains(key); };
  if (std::ranges::none_of(request.keys, is_present)) return api::UntagResource::Response{};
  const auto remove = [&](model::Table& changed) -> Result<void> {
    for (const std::string& key : request.keys) changed.tags.erase(key);
    return {};
  };
  TRY(context.storage.change_table(context.session, context.region(), definition.name, remove));
  return api::UntagResource::Response{};
}

}  // namespace stator::ops
