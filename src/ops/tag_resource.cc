#include "ops/tag_resource.h"

#include <utility>

#include "api/tags.h"
#include "ops/table_lookup.h"

namespace stator::ops {
namespace {

model::Tags merged(model::Tags tags, const model::Tags& added) {
  for (const auto& [key, value] : added) tags.insert_or_assign(key, value);
  return tags;
}

}  // namespace

Result<api::TagResource::Response> run(Context& context, const api::TagResource::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_tagged_table(context, request.arn));
  const model::Table& definition = table->definition();
  if (merged(definition.tags, request.tags) == definition.tags) return api::TagResource::Response{};
  const auto add = [&](model::Table& changed) -> Result<void> {
    model::Tags tags = merged(changed.tags, request.tags);
    TRY(api::check_tag_limits(tags));
    changed.tags = std::move(tags);
    return {};
  };
  TRY(context.storage.change_table(context.session, context.region(), definition.name, add));
  return api::TagResource::Response{};
}

}  // namespace stator::ops
