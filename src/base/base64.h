// Base64 of RFC 4648, standard alphabet, padded: how B and BS values travel.
#pragma once

#include <string>
#include <string_view>

namespace stator {

void append_base64(std::string& out, std::string_view bytes);

// Appends the decoded bytes. False if `text` is not canonical padded base64; `out` is then as it was.
[[nodiscard]] bool append_base64_decoded(std::string& out, std::string_view text);

}  // namespace stator
