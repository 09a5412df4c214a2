// Items and their size.
#pragma once

#include <cstddef>
#include <string>

#include "model/value.h"

namespace stator::model {

// An item that owns its bytes: one encoded map. A key (the primary key attributes alone) is one too.
class Item {
 public:
  Item();  // no attributes
  // `encoded`: one value of type kMap.
  explicit Item(std::string encoded) : encoded_(std::move(encoded)) {}
  [[nodiscard]] ValueView value() const { return ValueView(encoded_); }
  [[nodiscard]] MapView view() const { return value().map(); }
  [[nodiscard]] const std::string& encoded() const { return encoded_; }
  [[nodiscard]] std::string release() && { return std::move(encoded_); }
  friend bool operator==(const Item&, const Item&) = default;

 private:
  std::string encoded_;
};

// Bytes of a value as DynamoDB counts them: text as UTF-8, a number by Number::attribute_size, BOOL and NULL 1, a set
// its members, a list or map 3 and 1 more for each element or entry.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html, and shared rules of
// docs/compatibility.md where the service differs from it.
[[nodiscard]] std::size_t attribute_size(ValueView value);

// Bytes of an item: its attributes' names and values.
[[nodiscard]] std::size_t item_size(MapView item);

}  // namespace stator::model
