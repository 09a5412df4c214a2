#include <array>
#include <bit>
#include <cstring>

#include "api/attribute_value.h"
#include "base/base64.h"
#include "model/number.h"

namespace stator::api {
namespace {

using model::Type;

// What follows the backslash; 'u' for the escapes of four digits, 0 for a character that stands for itself.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  return escapes;
}
constexpr std::array<char, 256> kEscapes = make_escapes();

char escape_of(char c) { return kEscapes[static_cast<unsigned char>(c)]; }

// True if one of the eight bytes is a quote, a backslash or below 0x20.
bool any_escaped(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  return ((((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) | ((word - kOnes * 0x20) & ~word)) &
          kHigh) != 0;
}

// The same of 32, which the compiler looks at all at once.
constexpr std::size_t kBlock = 32;
bool any_escaped(const char* block) {
  unsigned found = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const auto c = static_cast<unsigned char>(block[i]);
    found |= static_cast<unsigned>(c < 0x20) | static_cast<unsigned>(c == '"') | static_cast<unsigned>(c == '\\');
  }
  return found != 0;
}

// How many characters at the front of `text` stand for themselves.
std::size_t plain_run(std::string_view text) {
  std::size_t n = 0;
  while (n + kBlock <= text.size() && !any_escaped(text.data() + n)) n += kBlock;
  for (; n + sizeof(std::uint64_t) <= text.size(); n += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + n, sizeof word);
    if (any_escaped(word)) break;
  }
  while (n < text.size() && escape_of(text[n]) == 0) ++n;
  return n;
}

void append_binary_text(std::string& out, std::string_view bytes) {
  out.push_back('"');
  append_base64(out, bytes);
  out.push_back('"');
}

void append_number_text(std::string& out, std::string_view encoded) {
  out.push_back('"');
  model::Number::append_encoded_as_text(encoded, out);
  out.push_back('"');
}

void append_member(std::string& out, Type set, std::string_view member) {
  switch (set) {
    case Type::kNumberSet:
      return append_number_text(out, member);
    case Type::kBinarySet:
      return append_binary_text(out, member);
    default:
      return append_json_string(out, member);
  }
}

void append_set(std::string& out, model::ValueView value) {
  out.push_back('[');
  bool first = true;
  for (const std::string_view member : value.set()) {
    if (!first) out.push_back(',');
    first = false;
    append_member(out, value.type(), member);
  }
  out.push_back(']');
}

void append_list(std::string& out, model::ListView list) {
  out.push_back('[');
  bool first = true;
  for (const model::ValueView element : list) {
    if (!first) out.push_back(',');
    first = false;
    append_attribute_value(out, element);
  }
  out.push_back(']');
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.push_back('"');
  while (true) {
    const std::size_t plain = plain_run(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto c = static_cast<unsigned char>(text.front());
    out.push_back('\\');
    out.push_back(kEscapes[c]);
    if (kEscapes[c] == 'u') {
      out.append("00");
      out.push_back(kDigits[c >> 4U]);
      out.push_back(kDigits[c & 0xFU]);
    }
    text.remove_prefix(1);
  }
  out.push_back('"');
}

void append_attribute_value(std::string& out, model::ValueView value) {
  out.append("{\"").append(model::type_name(value.type())).append("\":");
  switch (value.type()) {
    case Type::kNull:
      out.append("true");
      break;
    case Type::kBool:
      out.append(value.boolean() ? "true" : "false");
      break;
    case Type::kNumber:
      append_number_text(out, value.encoded_number());
      break;
    case Type::kString:
      append_json_string(out, value.bytes());
      break;
    case Type::kBinary:
      append_binary_text(out, value.bytes());
      break;
    case Type::kNumberSet:
    case Type::kStringSet:
    case Type::kBinarySet:
      append_set(out, value);
      break;
    case Type::kList:
      append_list(out, value.list());
      break;
    case Type::kMap:
      append_item(out, value.map());
      break;
  }
  out.push_back('}');
}

void append_item(std::string& out, model::MapView item) {
  out.push_back('{');
  bool first = true;
  for (const auto& [name, value] : item) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(out, name);
    out.push_back(':');
    append_attribute_value(out, value);
  }
  out.push_back('}');
}

void append_items(std::string& out, std::string_view items) {
  out.push_back('[');
  model::ValueView item;
  bool first = true;
  while (model::take_value(items, item)) {
    if (!first) out.push_back(',');
    first = false;
    append_item(out, item.map());
  }
  out.push_back(']');
}

}  // namespace stator::api
