// The parts of a header's value. Letters are compared as base/ascii.h does.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace stator::http {

// Without spaces and tabs at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  constexpr auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes the part before the first `separator` off the front of `rest`, trimmed; all of it if there is none.
[[nodiscard]] constexpr std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return trim(part);
}

}  // namespace stator::http
