// Readers of members that are structures, or lists of them, by the list of a structure's own members.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "api/json.h"
#include "base/result.h"

namespace stator::api {

// `java_class` as read_structure() has it. JSON null leaves the field absent.
template <class Structure, std::size_t N>
Result<void> read_member(Element element, std::string_view java_class, const std::array<Member<Structure>, N>& members,
                         std::optional<Structure>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const Object object, read_structure(element, java_class, Place::kMember));
  return read_members<Structure>(object, members, field.emplace());
}

// A null element is a structure without members.
template <class Structure, std::size_t N>
Result<void> read_elements(Element element, std::string_view java_class,
                           const std::array<Member<Structure>, N>& members,
                           std::optional<std::vector<Structure>>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  auto& structures = field.emplace();
  for (const Element entry : array) {
    Structure& structure = structures.emplace_back();
    if (entry.is_null()) continue;
    TRY_ASSIGN(const Object object, read_structure(entry, java_class, Place::kElement));
    TRY(read_members<Structure>(object, members, structure));
  }
  return {};
}

}  // namespace stator::api
