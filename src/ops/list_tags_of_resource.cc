#include "ops/list_tags_of_resource.h"

#include "ops/table_lookup.h"

namespace stator::ops {

Result<api::ListTagsOfResource::Response> run(Context& context, const api::ListTagsOfResource::Request& request) {
  TRY_ASSIGN(const storage::TablePtr table, find_tagged_table(context, request.arn));
  return api::ListTagsOfResource::Response{.tags = table->definition().tags};
}

}  // namespace stator::ops
