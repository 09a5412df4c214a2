// Values written tersely, for tests:
//   1.5  "text"  b"base64"  true  false  null  [1, "a"]  {name: 1, "odd name": []}  <"a", "b">  <1, 2>  <b"AA==">
// Sets are in angle brackets. In strings, \" \\ and \xHH are escapes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "expr/placeholders.h"
#include "model/item.h"

namespace stator::expr::testing {

// Test failures, with the text, if it is not a literal.
model::Value value_literal(std::string_view text);
model::Item item_literal(std::string_view text);
// ":v=1 :w=[2]"
AttributeValues values_literal(std::string_view text);
// "#a=name #b=other.name": up to the next blank
AttributeNames names_literal(std::string_view text);

// The value as a literal again, in canonical order.
std::string to_literal(model::ValueView value);

}  // namespace stator::expr::testing
