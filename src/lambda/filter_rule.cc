#include "lambda/filter_rule.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "api/json.h"
#include "base/ascii.h"

namespace stator::lambda {
namespace {

using simdjson::dom::element_type;

// What the service's numeric matching can do.
constexpr double kMostNumber = 5e9;

template <class... Fs>
struct Cases : Fs... {
  using Fs::operator()...;
};

std::optional<FilterScalar> scalar_of(api::Element element) {
  switch (element.type()) {
    case element_type::NULL_VALUE:
      return FilterScalar(nullptr);
    case element_type::BOOL:
      return FilterScalar(bool{element});
    case element_type::INT64:
      return FilterScalar(std::int64_t{element});
    case element_type::UINT64:
      return FilterScalar(std::uint64_t{element});
    case element_type::DOUBLE:
      return FilterScalar(double{element});
    case element_type::STRING:
      return FilterScalar(std::string(std::string_view{element}));
    default:
      return std::nullopt;
  }
}

std::optional<std::string_view> text_of(api::Element element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<double> number_of(api::Element element) {
  if (!element.is_number()) return std::nullopt;
  return double{element};
}

bool equals(const FilterScalar& wanted, api::Element value) {
  if (const auto* text = std::get_if<std::string>(&wanted)) return text_of(value) == *text;
  return scalar_of(value) == wanted;
}

bool is_text(const FilterScalar& scalar) { return std::holds_alternative<std::string>(scalar); }
bool is_number(const FilterScalar& scalar) {
  return std::holds_alternative<std::int64_t>(scalar) || std::holds_alternative<std::uint64_t>(scalar) ||
         std::holds_alternative<double>(scalar);
}

}  // namespace

std::optional<FilterRule> FilterRule::compile(api::Element pattern) {
  api::Object object;
  if (pattern.get(object) == simdjson::SUCCESS) return compile_operator(object);
  auto scalar = scalar_of(pattern);
  if (!scalar) return std::nullopt;
  return FilterRule(Equals{*std::move(scalar)});
}

std::optional<FilterRule> FilterRule::compile_operator(api::Object pattern) {
  if (pattern.size() != 1) return std::nullopt;
  const auto [name, operand] = *pattern.begin();
  if (name == "exists") {
    if (!operand.is_bool()) return std::nullopt;
    return FilterRule(Exists{bool{operand}});
  }
  const auto made = [](std::optional<Kind> kind) {
    return kind ? std::optional(FilterRule(*std::move(kind))) : std::nullopt;
  };
  if (name == "anything-but") return made(compile_anything_but(operand));
  if (name == "numeric") return made(compile_numeric(operand));

  const auto text = text_of(operand);
  if (!text) return std::nullopt;
  if (name == "prefix") return FilterRule(Prefix{std::string(*text)});
  if (name == "suffix") return FilterRule(Suffix{std::string(*text)});
  if (name == "equals-ignore-case") return FilterRule(EqualsIgnoringCase{std::string(*text)});
  return std::nullopt;
}

std::optional<FilterRule::Kind> FilterRule::compile_anything_but(api::Element operand) {
  if (api::Object object; operand.get(object) == simdjson::SUCCESS) {
    if (object.size() != 1) return std::nullopt;
    const auto [name, part] = *object.begin();
    const auto text = text_of(part);
    if (text && name == "prefix") return AnythingButPrefix{std::string(*text)};
    if (text && name == "suffix") return AnythingButSuffix{std::string(*text)};
    return std::nullopt;
  }
  std::vector<FilterScalar> values;
  if (simdjson::dom::array array; operand.get(array) == simdjson::SUCCESS) {
    for (const api::Element element : array) {
      auto scalar = scalar_of(element);
      if (!scalar) return std::nullopt;
      values.push_back(*std::move(scalar));
    }
  } else if (auto scalar = scalar_of(operand)) {
    values.push_back(*std::move(scalar));
  }
  const bool is_of_one_type = std::ranges::all_of(values, is_text) || std::ranges::all_of(values, is_number);
  if (values.empty() || !is_of_one_type) return std::nullopt;
  return AnythingBut{std::move(values)};
}

// ["=", 5], [">", 0], [">", 0, "<=", 5]: of two bounds the lower one comes first.
std::optional<FilterRule::Kind> FilterRule::compile_numeric(api::Element operand) {
  simdjson::dom::array array;
  if (operand.get(array) != simdjson::SUCCESS) return std::nullopt;
  const std::vector<api::Element> parts(array.begin(), array.end());
  if (parts.size() != 2 && parts.size() != 4) return std::nullopt;
  Numeric numeric;
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    const auto comparison = text_of(parts[i]);
    const auto number = number_of(parts[i + 1]);
    if (!comparison || !number || std::abs(*number) > kMostNumber || numeric.high) return std::nullopt;
    const Numeric::Bound bound{*number, comparison->ends_with('=')};
    if (*comparison == "=") {
      if (parts.size() != 2) return std::nullopt;
      numeric.low = numeric.high = bound;
    } else if (*comparison == "<" || *comparison == "<=") {
      numeric.high = bound;
    } else if ((*comparison == ">" || *comparison == ">=") && !numeric.low) {
      numeric.low = bound;
    } else {
      return std::nullopt;
    }
  }
  if (parts.size() == 4 && (!numeric.high || numeric.low->value >= numeric.high->value)) return std::nullopt;
  return numeric;
}

bool FilterRule::accepts(api::Element value) const {
  const auto is_text_and = [&](auto&& condition) {
    const auto text = text_of(value);
    return text && condition(*text);
  };
  return std::visit(
      Cases{[&](const Equals& rule) { return equals(rule.value, value); },
            [&](const EqualsIgnoringCase& rule) {
              return is_text_and([&](std::string_view text) { return equals_ignoring_case(text, rule.text); });
            },
            [&](const Prefix& rule) {
              return is_text_and([&](std::string_view text) { return text.starts_with(rule.text); });
            },
            [&](const Suffix& rule) {
              return is_text_and([&](std::string_view text) { return text.ends_with(rule.text); });
            },
            [&](const AnythingBut& rule) {
              return std::ranges::none_of(rule.values, [&](const FilterScalar& one) { return equals(one, value); });
            },
            [&](const AnythingButPrefix& rule) {
              return is_text_and([&](std::string_view text) { return !text.starts_with(rule.text); });
            },
            [&](const AnythingButSuffix& rule) {
              return is_text_and([&](std::string_view text) { return !text.ends_with(rule.text); });
            },
            [&](const Numeric& rule) {
              const auto number = number_of(value);
              if (!number) return false;
              const auto& [low, high] = rule;
              if (low && (low->included ? *number < low->value : *number <= low->value)) return false;
              return !high || (high->included ? *number <= high->value : *number < high->value);
            },
            [](const Exists& rule) { return rule.wanted; }},
      kind_);
}

bool FilterRule::accepts_absence() const {
  const auto* exists = std::get_if<Exists>(&kind_);
  return exists != nullptr && !exists->wanted;
}

}  // namespace stator::lambda
