// Rules across the members of a request: data, in the service's order; the first one that is broken is told.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::api {

inline constexpr std::string_view kInvalidParameter = "One or more parameter values were invalid: ";

// A ValidationException if `is_broken`. Its message is `text`, behind kInvalidParameter if `prefixed`, or what
// `message` makes of the request.
template <class Request>
struct Rule {
  bool (*is_broken)(const Request& request) = nullptr;
  std::string_view text = {};
  bool prefixed = true;
  std::string (*message)(const Request& request) = nullptr;
};

template <class Request>
Result<void> check_rules(std::span<const Rule<Request>> rules, const Request& request) {
  for (const Rule<Request>& rule : rules) {
    if (!rule.is_broken(request)) continue;
    std::string text(rule.prefixed ? kInvalidParameter : std::string_view());
    text += rule.message != nullptr ? rule.message(request) : std::string(rule.text);
    return fail_validation(std::move(text));
  }
  return {};
}

}  // namespace stator::api
