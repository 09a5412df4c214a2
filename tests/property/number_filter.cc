// A filter for number_oracle.py: reads one question a line, writes one answer a line.
//
//   parse X   -> TEXT ENCODING SIZE: the plain decimal, the ordered encoding in hex, the bytes in an item's size
//   add X Y   -> the same, of the sum
//   sub X Y   -> the same, of the difference
//   cmp X Y   -> < = or >
//
// The answer to what has none is overflow, underflow, digits or numeric; to what is no question, a question mark.
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "model/number.h"

namespace {

using stator::model::Number;
using stator::model::NumberError;

std::string_view error_name(NumberError error) {
  switch (error) {
    case NumberError::kNotNumeric:
      return "numeric";
    case NumberError::kOverflow:
      return "overflow";
    case NumberError::kUnderflow:
      return "underflow";
    case NumberError::kTooManyDigits:
      return "digits";
  }
  return "?";
}

// All that can be asked of a number; every way to ask must agree.
std::string describe(const std::expected<Number, NumberError>& n) {
  if (!n) return std::string(error_name(n.error()));
  std::string encoded;
  n->append_encoded(encoded);
  std::string from_encoded;
  Number::append_encoded_as_text(encoded, from_encoded);
  if (from_encoded != n->text() || Number::from_encoded(encoded) != *n || Number::parse(from_encoded) != *n ||
      Number::encoded_length(encoded) != encoded.size() ||
      Number::encoded_attribute_size(encoded) != n->attribute_size()) {
    return "disagreement about " + from_encoded;
  }
  std::string out = from_encoded + " ";
  for (const char c : encoded) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out + fmt::format(" {}", n->attribute_size());
}

std::string answer(const std::string& question) {
  const std::size_t first = question.find(' ');
  if (first == std::string::npos) return "?";
  const std::string_view verb = std::string_view(question).substr(0, first);
  const std::string_view rest = std::string_view(question).substr(first + 1);
  if (verb == "parse") return describe(Number::parse(rest));
  const std::size_t second = rest.find(' ');
  if (second == std::string_view::npos) return "?";
  const auto a = Number::parse(rest.substr(0, second));
  const auto b = Number::parse(rest.substr(second + 1));
  if (!a || !b) return "?";
  if (verb == "add") return describe(Number::add(*a, *b));
  if (verb == "sub") return describe(Number::subtract(*a, *b));
  if (verb == "cmp") return *a < *b ? "<" : *a > *b ? ">" : *a == *b ? "=" : "?";
  return "?";
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << '\n';
  return 0;
}
