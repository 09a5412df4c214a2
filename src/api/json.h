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

#include "base/result.h"

namespace stator::api {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

// Parses a whole body into its top-level object. The result lives until the next call on this thread: each thread has
// a parser of its own, which gives large buffers back.
[[nodiscard]] Result<Object> parse_body(std::string_view body);

// Readers of one member. JSON null leaves the field absent. Errors are kSerialization, in the service's words.
Result<void> read(Element element, std::optional<std::string>& field);
Result<void> read(Element element, std::optional<bool>& field);
Result<void> read(Element element, std::optional<std::int64_t>& field);
Result<void> read(Element element, std::optional<std::vector<std::string>>& field);
Result<void> read(Element element, std::optional<std::vector<std::pair<std::string, std::string>>>& field);

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
