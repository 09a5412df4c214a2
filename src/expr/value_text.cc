#include "expr/value_text.h"

#include <fmt/format.h>

#include "base/base64.h"

namespace stator::expr {
namespace {

using model::Type;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// The member of a set of `type`, or the scalar of the type that such a set holds.
std::string scalar_text(Type type, std::string_view bytes) {
  std::string out;
  switch (type) {
    case Type::kNumber:
    case Type::kNumberSet:
      model::Number::append_encoded_as_text(bytes, out);
      return out;
    case Type::kBinary:
    case Type::kBinarySet:
      append_base64(out, bytes);
      return out;
    default:
      return std::string(bytes);
  }
}

std::string payload_json(model::ValueView value) {
  std::string out;
  switch (value.type()) {
    case Type::kNull:
      return "true";
    case Type::kBool:
      return value.boolean() ? "true" : "false";
    case Type::kNumber:
      return in_quotes(scalar_text(Type::kNumber, value.encoded_number()));
    case Type::kString:
    case Type::kBinary:
      return in_quotes(scalar_text(value.type(), value.bytes()));
    case Type::kNumberSet:
    case Type::kStringSet:
    case Type::kBinarySet:
      for (const std::string_view member : value.set()) {
        out += (out.empty() ? "" : ",") + in_quotes(scalar_text(value.type(), member));
      }
      return "[" + out + "]";
    case Type::kList:
      for (const model::ValueView element : value.list()) out += (out.empty() ? "" : ",") + value_json(element);
      return "[" + out + "]";
    case Type::kMap:
      for (const auto& [name, entry] : value.map()) {
        out += fmt::format("{}{}:{}", out.empty() ? "" : ",", in_quotes(name), value_json(entry));
      }
      return "{" + out + "}";
  }
  return out;
}

}  // namespace

std::string value_json(model::ValueView value) {
  return fmt::format("{{\"{}\":{}}}", model::type_name(value.type()), payload_json(value));
}

std::string value_in_message(model::ValueView value) {
  const std::string_view bytes = value.is(Type::kNumber) ? value.encoded_number() : value.bytes();
  return fmt::format("AttributeValue: {{{}:{}}}", model::type_name(value.type()), scalar_text(value.type(), bytes));
}

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) ++units;  // the first byte of a character
    if (byte >= 0xF0U) ++units;            // a character that takes a pair
  }
  return units;
}

}  // namespace stator::expr
