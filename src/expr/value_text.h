// Values as text.
#pragma once

#include <string>

#include "model/value.h"

namespace stator::expr {

// {"L":[{"S":"a"},{"N":"1"}]}: as the wire has it; for dumps.
[[nodiscard]] std::string value_json(model::ValueView value);

// AttributeValue: {N:1}: as DynamoDB's messages show an S, N or B.
[[nodiscard]] std::string value_in_message(model::ValueView value);

// The length of UTF-8 text as size() counts it: in UTF-16 units, which is how DynamoDB measures it.
[[nodiscard]] std::size_t utf16_length(std::string_view text);

}  // namespace stator::expr
