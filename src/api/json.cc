#include "api/json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/base64.h"

namespace stator::api {
namespace {

using simdjson::dom::element_type;

// A parser keeps about 15 bytes for each byte of the longest body it has seen.
constexpr std::size_t kKeptCapacity = std::size_t{256} * 1024;

std::unexpected<Error> fail_serialization(std::string message) {
  return fail(ErrorCode::kSerialization, std::move(message));
}

// How the service's parser calls a scalar that it cannot convert.
std::string_view token_name(Element element) {
  switch (element.type()) {
    case element_type::INT64:
    case element_type::UINT64:
      return "NUMBER_VALUE";
    case element_type::DOUBLE:
      return "DECIMAL_VALUE";
    case element_type::BOOL:
      return bool{element} ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "STRING_VALUE";
  }
}

// The error for an element that is no scalar of the Java type "java.lang.<name>".
std::unexpected<Error> fail_scalar(Element element, std::string_view package, std::string_view name) {
  if (element.is_array())
    return fail_serialization(fmt::format("Unrecognized collection type class {}{}", package, name));
  if (element.is_object()) return fail_serialization("Start of structure or map found where not expected");
  return fail_serialization(fmt::format("{} cannot be converted to {}", token_name(element), name));
}

bool is_scalar(Element element) { return !element.is_array() && !element.is_object(); }

std::unexpected<Error> fail_nested_scalar() {
  return fail_serialization(
      "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
      "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of "
      "loader 'bootstrap')");
}

template <class Integer>
Result<Integer> read_integer(Element element, std::string_view name) {
  constexpr auto least = std::numeric_limits<Integer>::min();
  constexpr auto most = std::numeric_limits<Integer>::max();
  switch (element.type()) {
    case element_type::INT64:
      return static_cast<Integer>(std::clamp<std::int64_t>(std::int64_t{element}, least, most));
    case element_type::UINT64:  // only above the range of int64_t
      return most;
    case element_type::DOUBLE: {
      const double floored = std::floor(double{element});
      if (floored <= static_cast<double>(least)) return least;
      if (floored >= static_cast<double>(most)) return most;
      return static_cast<Integer>(floored);
    }
    default:
      return fail_scalar(element, "java.lang.", name);
  }
}

std::unique_ptr<simdjson::dom::parser>& thread_parser() {
  thread_local std::unique_ptr<simdjson::dom::parser> parser;
  return parser;
}

}  // namespace

Result<Element> parse_json(std::string_view text) {
  auto& parser = thread_parser();
  if (!parser) parser = std::make_unique<simdjson::dom::parser>();
  Element element;
  if (parser->parse(text.data(), text.size()).get(element) != simdjson::SUCCESS) return fail_serialization("");
  return element;
}

Result<Object> parse_body(std::string_view body) {
  TRY_ASSIGN(const Element element, parse_json(body));
  Object object;
  if (element.get(object) != simdjson::SUCCESS) return fail_serialization("");
  return object;
}

void finish_body() {
  auto& parser = thread_parser();
  if (parser && parser->capacity() > kKeptCapacity) parser.reset();
}

Result<std::string_view> read_string(Element element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return fail_scalar(element, "java.lang.", "String");
  return text;
}

Result<bool> read_boolean(Element element) {
  if (element.is_bool()) return bool{element};
  if (std::string_view text; element.get(text) == simdjson::SUCCESS) {
    for (const std::string_view yes : {"true", "1", "yes"}) {
      if (equals_ignoring_case(text, yes)) return true;
    }
    for (const std::string_view no : {"false", "0", "no"}) {
      if (equals_ignoring_case(text, no)) return false;
    }
    return fail_serialization("Unexpected token received from parser");
  }
  return fail_scalar(element, "java.lang.", "Boolean");
}

Result<void> read_blob(Element element, std::string& bytes) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) {
    if (element.is_array() || element.is_object()) return fail_scalar(element, "java.nio.", "ByteBuffer");
    return fail_serialization("only base-64-encoded strings are convertible to bytes");
  }
  if (text.size() % 4 != 0) {
    return fail_serialization(
        fmt::format("Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.size()));
  }
  if (!append_base64_decoded(bytes, text)) {
    return fail_serialization("Invalid last non-pad Base64 character dectected");  // the service's spelling
  }
  return {};
}

Result<simdjson::dom::array> read_list(Element element) {
  simdjson::dom::array array;
  if (element.get(array) == simdjson::SUCCESS) return array;
  return fail_serialization(element.is_object() ? "Start of structure or map found where not expected"
                                                : "Unexpected field type");
}

Result<Object> read_map(Element element, std::string_view java_type) {
  Object object;
  if (element.get(object) == simdjson::SUCCESS) return object;
  if (element.is_array()) return fail_serialization(fmt::format("Unrecognized collection type {}", java_type));
  return fail_serialization("Unexpected field type");
}

Result<simdjson::dom::array> read_nested_list(Element element) {
  if (is_scalar(element)) return fail_nested_scalar();
  return read_list(element);
}

Result<Object> read_nested_map(Element element, std::string_view java_type) {
  if (is_scalar(element)) return fail_nested_scalar();
  return read_map(element, java_type);
}

Result<Object> read_structure(Element element, std::string_view java_class, Place place) {
  Object object;
  if (element.get(object) == simdjson::SUCCESS) return object;
  if (element.is_array()) {
    return fail_serialization(
        fmt::format("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.{}", java_class));
  }
  return fail_serialization(place == Place::kElement ? "Unexpected value type in payload" : "Unexpected field type");
}

std::unexpected<Error> fail_duplicate_name() {
  // The service's own words for this are not known.
  return fail_serialization("Duplicate name in a map");
}

Result<void> check_distinct_names(Object object) {
  if (object.size() < 2) return {};
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (auto [name, element] : object) names.push_back(name);
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) return fail_duplicate_name();
  return {};
}

Result<void> read(Element element, std::optional<std::string>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field, read_string(element));
  return {};
}

Result<void> read(Element element, std::optional<bool>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field, read_boolean(element));
  return {};
}

Result<void> read(Element element, std::optional<std::int32_t>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field, read_integer<std::int32_t>(element, "Integer"));
  return {};
}

Result<void> read(Element element, std::optional<std::int64_t>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field, read_integer<std::int64_t>(element, "Long"));
  return {};
}

Result<void> read(Element element, std::optional<std::vector<std::string>>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  auto& strings = field.emplace();
  strings.reserve(array.size());
  for (const Element entry : array) {
    TRY_ASSIGN(const std::string_view text, read_string(entry));
    strings.emplace_back(text);
  }
  return {};
}

Result<void> read(Element element, std::optional<std::vector<std::pair<std::string, std::string>>>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const Object object, read_map(element, "java.util.Map<java.lang.String, java.lang.String>"));
  TRY(check_distinct_names(object));
  auto& pairs = field.emplace();
  pairs.reserve(object.size());
  for (auto [name, value] : object) {
    TRY_ASSIGN(const std::string_view text, read_string(value));
    pairs.emplace_back(name, text);
  }
  return {};
}

}  // namespace stator::api
