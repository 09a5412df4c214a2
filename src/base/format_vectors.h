// For tests: the test vectors of a page of docs/formats, so that page and program cannot part.
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace stator {

// The rows of the table after "## Test vectors": what stands in the first column, to the bytes in the second, as hex
// without blanks. Empty if the page cannot be read.
inline std::map<std::string, std::string> read_format_vectors(const std::string& page) {
  std::map<std::string, std::string> vectors;
  std::ifstream in(page);
  bool reached = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "## Test vectors") reached = true;
    const std::size_t middle = line.find(" | ");
    if (!reached || !line.starts_with("| ") || middle == std::string::npos || line.ends_with(" bytes |")) continue;
    std::string hex;
    for (const char c : std::string_view(line).substr(middle + 3)) {
      if (c != ' ' && c != '|') hex.push_back(c);
    }
    vectors[line.substr(2, middle - 2)] = hex;
  }
  return vectors;
}

inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kHex[static_cast<std::size_t>(c >> 4) & 0xf]);
    out.push_back(kHex[static_cast<std::size_t>(c) & 0xf]);
  }
  return out;
}

}  // namespace stator
