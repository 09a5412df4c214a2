// TransactItems of TransactGetItems and TransactWriteItems: what the two lists have in common.
// Source: docs/compatibility.md; docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html and
// API_TransactGetItems.html.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "api/constraints.h"
#include "api/json.h"
#include "api/printed_request.h"
#include "base/result.h"

namespace stator::api {

inline constexpr std::size_t kMostActions = 100;

// As sent. An Input has a read_entry(Object, Input&); a null element is an Input without members.
template <class Input>
struct TransactItems {
  simdjson::dom::array sent;
  std::vector<Input> entries;
};

// `java_class` is the elements'.
template <class Input>
Result<void> read_transact_items(Element element, std::string_view java_class,
                                 std::optional<TransactItems<Input>>& field) {
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  TransactItems<Input>& items = field.emplace();
  items.sent = array;
  items.entries.reserve(std::min(array.size(), kMostActions + 1));
  for (const Element entry : array) {
    if (items.entries.size() > kMostActions) break;  // too many, of however many there are
    Input& input = items.entries.emplace_back();
    if (entry.is_null()) continue;
    TRY_ASSIGN(const Object object, read_structure(entry, java_class, Place::kElement));
    TRY(read_entry(object, input));
  }
  return {};
}

// That the list is there and has as many elements as it may.
template <class Input>
void constrain_count(Constraints& constraints, const std::optional<TransactItems<Input>>& items,
                     std::string_view java_class) {
  constexpr std::string_view kPath = "transactItems";
  constraints.not_null(items.has_value(), kPath);
  if (!items) return;
  if (items->entries.empty()) {
    constraints.add("[]", kPath, "Member must have length greater than or equal to 1");
  } else if (items->entries.size() > kMostActions) {
    constraints.add(printed_transact_items(items->sent, java_class), kPath,
                    fmt::format("Member must have length less than or equal to {}", kMostActions));
  }
}

// "transactItems.1.member.put.item" of the element at `index`, counted from 0.
inline std::string path_of(std::size_t index, std::string_view action, std::string_view member) {
  return fmt::format("transactItems.{}.member.{}.{}", index + 1, action, member);
}

}  // namespace stator::api
