#include "ops/list_tables.h"

#include <string>
#include <utility>

namespace stator::ops {

Result<api::ListTables::Response> run(Context& context, const api::ListTables::Request& request) {
  const auto catalog = context.storage.catalog();
  const storage::Catalog::Tables& tables = catalog->tables();
  const std::pair<std::string, std::string> start(context.region(), request.exclusive_start.value_or(""));

  api::ListTables::Response response;
  for (auto it = tables.upper_bound(start); it != tables.end() && it->first.first == start.first; ++it) {
    if (context.storage.is_gone(it->second->definition())) continue;
    if (response.names.size() == request.limit) {
      response.more = true;
      break;
    }
    response.names.push_back(it->first.second);
  }
  return response;
}

}  // namespace stator::ops
