#include "base/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace stator {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}
constexpr std::array<std::uint8_t, 256> kDigits = make_digits();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }
char digit(std::uint32_t group, unsigned shift) { return kAlphabet[(group >> shift) & 0x3f]; }
char octet(std::uint32_t group, unsigned shift) { return static_cast<char>((group >> shift) & 0xff); }

// Four characters, the first `count` of which are digits, as 24 bits. False if one is not a digit.
bool take_group(std::string_view text, std::size_t at, std::size_t count, std::uint32_t& group) {
  group = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint32_t d = i < count ? kDigits[byte_at(text, at + i)] : 0;
    if (d == kNoDigit) return false;
    group = (group << 6) | d;
  }
  return true;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  std::size_t at = out.size();
  out.resize(at + (bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) out[at++] = digit(group, shift);
  }
  const std::size_t left = bytes.size() - i;
  if (left == 0) return;
  const std::uint32_t group = byte_at(bytes, i) << 16 | (left == 2 ? byte_at(bytes, i + 1) << 8 : 0);
  out[at++] = digit(group, 18);
  out[at++] = digit(group, 12);
  out[at++] = left == 2 ? digit(group, 6) : '=';
  out[at++] = '=';
}

bool append_base64_decoded(std::string& out, std::string_view text) {
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const std::size_t before = out.size();
  const std::size_t padding = text.back() != '=' ? 0U : text[text.size() - 2] != '=' ? 1U : 2U;
  out.resize(before + text.size() / 4 * 3);
  std::size_t at = before;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    if (!take_group(text, i, last ? 4 - padding : 4, group)) {
      out.resize(before);
      return false;
    }
    for (const unsigned shift : {16U, 8U, 0U}) out[at++] = octet(group, shift);
  }
  // The bits that no byte takes must be zero, or two texts would mean the same bytes.
  if ((group & ((1U << (8 * padding)) - 1)) != 0) {
    out.resize(before);
    return false;
  }
  out.resize(at - padding);
  return true;
}

}  // namespace stator
