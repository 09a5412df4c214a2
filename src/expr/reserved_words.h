// The words that may not stand for an attribute in an expression.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html.
#pragma once

#include <string_view>

namespace stator::expr {

// In any case.
[[nodiscard]] bool is_reserved_word(std::string_view word);

}  // namespace stator::expr
