// Path and query parameters of a REST request, decoded.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stator::api {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// The first of that name.
[[nodiscard]] inline std::optional<std::string> find_parameter(const Parameters& parameters, std::string_view name) {
  const auto at =
      std::ranges::find(parameters, name, [](const auto& parameter) { return std::string_view(parameter.first); });
  return at == parameters.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace stator::api
