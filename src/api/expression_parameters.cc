#include "api/expression_parameters.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/item.h"
#include "model/limits.h"

namespace stator::api {
namespace {

constexpr std::size_t kMaxPlaceholderBytes = 255;
constexpr std::string_view kNames = "ExpressionAttributeNames";
constexpr std::string_view kValues = "ExpressionAttributeValues";

bool any_given(std::initializer_list<Given> parameters) { return std::ranges::any_of(parameters, &Given::given); }

std::string names_given(std::initializer_list<Given> parameters) {
  std::string names;
  for (const Given& parameter : parameters) {
    if (!parameter.given) continue;
    if (!names.empty()) names += ", ";
    names += parameter.name;
  }
  return names;
}

bool is_placeholder_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_placeholder(std::string_view text, char sigil) {
  return text.size() > 1 && text.front() == sigil && std::ranges::all_of(text.substr(1), is_placeholder_character);
}

std::unexpected<Error> fail_empty_key(Wording wording, std::string_view map) {
  return fail_worded(wording,
                     fmt::format("{} contains invalid key: The expression attribute map contains an empty key;", map));
}

Result<void> check_name_key(Wording wording, std::string_view key) {
  if (key.empty()) return fail_empty_key(wording, kNames);
  if (key.size() > kMaxPlaceholderBytes) {
    return fail_worded(wording, fmt::format("{} contains invalid key: The expression attribute map contains a key that "
                                            "is too long; size of key: {}",
                                            kNames, key.size()));
  }
  if (!is_placeholder(key, '#')) {
    return fail_worded(wording, fmt::format("{} contains invalid key: Syntax error; key: \"{}\"", kNames, key));
  }
  return {};
}

Result<void> check_value_key(Wording wording, std::string_view key) {
  if (key.empty()) return fail_empty_key(wording, kValues);
  if (key.size() > kMaxPlaceholderBytes) {
    return fail_worded(
        wording,
        fmt::format("{} contains invalid key: The expression attribute map contains a key that is too long;", kValues));
  }
  if (!is_placeholder(key, ':')) {
    return fail_worded(wording, fmt::format("{} contains invalid key: Syntax error; key: \"{}\"", kValues, key));
  }
  return {};
}

std::unexpected<Error> fail_placeholder_value(Wording wording, std::string_view key, const ValueProblem& problem) {
  if (wording.layer == Layer::kCurrent || !problem.wrapped) return fail_value(wording, problem);
  return fail_worded(
      wording, fmt::format("{} contains invalid value: {} for key {}", kValues, problem.text(wording.layer), key));
}

Result<void> check_total(Wording wording, std::string_view map, std::size_t bytes) {
  if (bytes <= model::kMaxPlaceholderMapBytes) return {};
  return fail_worded(wording, fmt::format("{} exceeds max size", map));
}

Result<expr::AttributeNames> make_names(Wording wording, WireNames sent) {
  if (sent.empty()) return fail_worded(wording, fmt::format("{} must not be empty", kNames));
  for (const auto& [key, name] : sent) TRY(check_name_key(wording, key));
  expr::AttributeNames names;
  std::size_t bytes = 0;
  for (auto& [key, name] : sent) {
    if (name.empty()) {
      return fail_worded(wording,
                         fmt::format("{} contains invalid value: Empty attribute name for key {}", kNames, key));
    }
    if (name.size() > model::kMaxAttributeNameBytes) {
      return fail_worded(wording, fmt::format("{} contains invalid value: Attribute name is too large, must be less "
                                              "than 65536 bytes for key {}",
                                              kNames, key));
    }
    bytes += key.size() + name.size();
    names.emplace(std::move(key), std::move(name));
  }
  TRY(check_total(wording, kNames, bytes));
  return names;
}

Result<expr::AttributeValues> make_values(Wording wording, WireValues sent) {
  if (sent.empty()) return fail_worded(wording, fmt::format("{} must not be empty", kValues));
  for (const auto& [key, value] : sent) TRY(check_value_key(wording, key));
  expr::AttributeValues values;
  std::size_t bytes = 0;
  for (auto& [key, value] : sent) {
    if (value.problem) return fail_placeholder_value(wording, key, *value.problem);
    bytes += key.size() + model::attribute_size(value.value.view());
    values.emplace(std::move(key), std::move(value.value));
  }
  TRY(check_total(wording, kValues, bytes));
  return values;
}

}  // namespace

Result<void> check_mixing(Wording wording, std::initializer_list<Given> legacy,
                          std::initializer_list<Given> expressions) {
  if (!any_given(legacy) || !any_given(expressions)) return {};
  return fail_worded(wording,
                     fmt::format("Can not use both expression and non-expression parameters in the same request: "
                                 "Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                                 names_given(legacy), names_given(expressions)));
}

Result<void> check_placeholder_use(Wording wording, const PlaceholderUse& use) {
  constexpr std::string_view kOnly = "can only be specified when using expressions";
  if (use.names && !use.any_expression) return fail_worded(wording, fmt::format("{} {}", kNames, kOnly));
  if (use.values && !use.any_with_values) {
    return fail_worded(wording, fmt::format("{} {}{}", kValues, kOnly, use.values_reason));
  }
  return {};
}

Result<expr::Placeholders> make_placeholders(Wording wording, std::optional<WireNames> names,
                                             std::optional<WireValues> values) {
  expr::AttributeNames known_names;
  expr::AttributeValues known_values;
  if (names) {
    TRY_ASSIGN(known_names, make_names(wording, *std::move(names)));
  }
  if (values) {
    TRY_ASSIGN(known_values, make_values(wording, *std::move(values)));
  }
  return expr::Placeholders(std::move(known_names), std::move(known_values));
}

}  // namespace stator::api
