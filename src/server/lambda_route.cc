#include "server/lambda_route.h"

#include <string>
#include <utility>

#include "base/utf8.h"
#include "http/target.h"

namespace stator::server {
namespace {

constexpr std::string_view kMappings = "/2015-03-31/event-source-mappings";
constexpr std::string_view kVersions = "/dddd-dd-dd/";  // d: a digit

struct Method {
  std::string_view name;
  std::string_view operation;
};
constexpr Method kOfAll[] = {{"POST", "CreateEventSourceMapping"}, {"GET", "ListEventSourceMappings"}};
constexpr Method kOfOne[] = {
    {"GET", "GetEventSourceMapping"}, {"PUT", "UpdateEventSourceMapping"}, {"DELETE", "DeleteEventSourceMapping"}};

// Of a query. Values are shown in answers, which are text.
api::Parameters parameters_of(std::string_view target) {
  api::Parameters parameters = http::query_of(target);
  for (auto& [name, value] : parameters) value = well_formed_utf8(value);
  return parameters;
}

}  // namespace

bool is_lambda_path(std::string_view target) {
  if (target.size() < kVersions.size()) return false;
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    const bool is_digit = target[i] >= '0' && target[i] <= '9';
    if (kVersions[i] == 'd' ? !is_digit : target[i] != kVersions[i]) return false;
  }
  return true;
}

std::optional<LambdaRoute> find_lambda_route(std::string_view method, std::string_view target) {
  std::string_view rest = http::path_of(target);
  if (!rest.starts_with(kMappings)) return std::nullopt;
  rest.remove_prefix(kMappings.size());
  if (!rest.empty() && rest.front() != '/') return std::nullopt;
  if (!rest.empty()) rest.remove_prefix(1);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::string uuid = well_formed_utf8(http::percent_decode(rest));
  if (uuid.contains('/')) return std::nullopt;
  const auto find = [&](const auto& methods) -> std::optional<LambdaRoute> {
    for (const Method& known : methods) {
      if (known.name == method) return LambdaRoute{.operation = known.operation, .parameters = parameters_of(target)};
    }
    return std::nullopt;
  };
  if (uuid.empty()) return find(kOfAll);
  std::optional<LambdaRoute> route = find(kOfOne);
  if (route) route->parameters.insert(route->parameters.begin(), {"UUID", uuid});
  return route;
}

}  // namespace stator::server
