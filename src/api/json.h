// JSON bodies: parsing, and reading members into typed fields with DynamoDB's SerializationException texts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "api/json_object.h"
#include "base/result.h"

namespace stator::api {

// Parses a whole body into its top-level object. The result lives until the next call on this thread, which has a
// parser of its own, or until finish_body(). Bodies nested deeper than 1024 levels, with an integer past 64 bits or
// with ill-formed UTF-8 or surrogates are no JSON here.
[[nodiscard]] Result<Object> parse_body(std::string_view body);
// The same of any JSON value.
[[nodiscard]] Result<Element> parse_json(std::string_view text);
// Done with this thread's last body: the memory that a large one took is given back.
void finish_body();

// Readers of one member. JSON null leaves the field absent. Errors are kSerialization, in the service's words.
// int32_t is the service's Integer, int64_t its Long; a fraction is floored, a value out of range is clamped.
Result<void> read(Element element, std::optional<std::string>& field);
Result<void> read(Element element, std::optional<bool>& field);
Result<void> read(Element element, std::optional<std::int32_t>& field);
Result<void> read(Element element, std::optional<std::int64_t>& field);
Result<void> read(Element element, std::optional<std::vector<std::string>>& field);
Result<void> read(Element element, std::optional<std::vector<std::pair<std::string, std::string>>>& field);

// The steps of such a reader, for the types that other headers define.

// Where a structure stands: the service words its absence by the place.
enum class Place : std::uint8_t { kMember, kElement };  // a named member; a map's value or a list's element

[[nodiscard]] Result<simdjson::dom::array> read_list(Element element);
// `java_type` is the service's name of the map's type: "java.util.Map<...>".
[[nodiscard]] Result<Object> read_map(Element element, std::string_view java_type);
// The same within a list or a map, where the service stumbles over a scalar in words of its own.
[[nodiscard]] Result<simdjson::dom::array> read_nested_list(Element element);
[[nodiscard]] Result<Object> read_nested_map(Element element, std::string_view java_type);
// `java_class` without package: "AttributeValue".
[[nodiscard]] Result<Object> read_structure(Element element, std::string_view java_class, Place place);
// The characters of a String. They live as long as the body.
[[nodiscard]] Result<std::string_view> read_string(Element element);
[[nodiscard]] Result<bool> read_boolean(Element element);
// Appends the bytes of a Blob.
[[nodiscard]] Result<void> read_blob(Element element, std::string& bytes);
// A map that names one key twice is refused.
[[nodiscard]] Result<void> check_distinct_names(Object object);
[[nodiscard]] std::unexpected<Error> fail_duplicate_name();

// A member of the wire structure T: its name, and how it is read.
template <class T>
struct Member {
  std::string_view name;
  Result<void> (*read)(Element element, T& structure);
};

// member<&PutItemInput::table_name>("TableName"): for any field type that has a read().
template <auto Field>
struct MemberOf;
template <class T, class F, F T::* Field>
struct MemberOf<Field> {
  static constexpr Member<T> named(std::string_view name) {
    return {name, [](Element element, T& structure) { return read(element, structure.*Field); }};
  }
};
template <auto Field>
constexpr auto member(std::string_view name) {
  return MemberOf<Field>::named(name);
}

// inherited<PutItemInput, &WriteInput::table_name>("TableName"): the same for a field of a base of T.
template <class T, auto Field>
constexpr Member<T> inherited(std::string_view name) {
  return {name, [](Element element, T& structure) { return read(element, structure.*Field); }};
}

// Reads the members that `members` lists; others are ignored, as the service does.
template <class T>
Result<void> read_members(Object object, std::span<const Member<T>> members, T& structure) {
  for (auto [name, element] : object) {
    for (const Member<T>& m : members) {
      if (m.name == name) {
        if (!element.is_null()) TRY(m.read(element, structure));
        break;
      }
    }
  }
  return {};
}

}  // namespace stator::api
