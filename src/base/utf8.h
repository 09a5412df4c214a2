// UTF-8, where text may be none.
// Source: Unicode 15.0, table 3-7 (well-formed byte sequences).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stator {

// The length of the sequence at the front of `text`, which is not empty; 0 if there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

// With U+FFFD in the place of each byte that is part of no sequence.
[[nodiscard]] std::string well_formed_utf8(std::string_view text);

}  // namespace stator
