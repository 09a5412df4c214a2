// Attribute values on the wire: {"S": "..."} and so on, to and from the encoding of model/value.h.
//
// A wrong JSON type is a SerializationException at once. What is wrong with a value itself (a number out of range, an
// empty set) is a ValidationException whose turn comes later and whose words depend on the operation's layer, so it
// travels beside the value as a ValueProblem.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json.h"
#include "api/value_problem.h"
#include "base/result.h"
#include "model/item.h"
#include "model/value.h"

namespace stator::api {

// A value as sent. `value` may be used only if there is no problem.
struct WireValue {
  model::Value value;
  std::optional<ValueProblem> problem;
};

// A map of attributes as sent: Item, Key, ExclusiveStartKey. `item` may be used only if there is no problem.
struct WireItem {
  model::Item item;
  std::optional<ValueProblem> problem;
};

// A map of values by name in the order sent: ExpressionAttributeValues. No name comes twice.
using WireValues = std::vector<std::pair<std::string, WireValue>>;

// A value that is a map's value or a list's element; JSON null is an empty value.
Result<WireValue> read_value(Element element, Place place);

// An item that is a list's element; JSON null is an empty item.
Result<WireItem> read_nested_item(Element element);

Result<void> read(Element element, std::optional<WireValue>& field);
Result<void> read(Element element, std::optional<WireItem>& field);
Result<void> read(Element element, std::optional<WireValues>& field);
Result<void> read(Element element, std::optional<std::vector<WireValue>>& field);

// About how long the JSON of encoded values will be, for reserving memory.
[[nodiscard]] inline std::size_t rendered_size(std::string_view encoded) {
  return encoded.size() + encoded.size() / 4 + 128;
}

// Appends {"N":"42"}.
void append_attribute_value(std::string& out, model::ValueView value);
// Appends {"a":{"N":"42"},...}.
void append_item(std::string& out, model::MapView item);
// Appends [{"a":...},...] of items that stand encoded one after the other.
void append_items(std::string& out, std::string_view items);
// Appends "..." with JSON's escapes. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace stator::api
