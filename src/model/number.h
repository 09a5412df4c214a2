// Number: DynamoDB's decimal. Up to 38 significant digits, magnitude 1E-130 to 9.9...9E+125, or zero.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html (Number).
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace stator::model {

inline constexpr int kMaxNumberDigits = 38;
inline constexpr int kMaxNumberExponent = 125;   // of the first significant digit
inline constexpr int kMinNumberExponent = -130;  // likewise
inline constexpr std::size_t kMaxEncodedNumberBytes = 22;

enum class NumberError : std::uint8_t { kNotNumeric, kOverflow, kUnderflow, kTooManyDigits };

// An immutable value: sign * coefficient * 10^exponent, normalised so that the coefficient does not end in 0 and
// zero is +0 * 10^0. Two Numbers are equal exactly if their members are.
class Number {
 public:
  constexpr Number() = default;  // zero
  static Number from_int(std::int64_t v);

  // `text` as the wire has it: [+-] digits [. digits] [eE [+-] digits], at least one digit, nothing else.
  static std::expected<Number, NumberError> parse(std::string_view text);

  // Exact; an error if the exact result has more than 38 digits or is out of range.
  static std::expected<Number, NumberError> add(const Number& a, const Number& b);
  static std::expected<Number, NumberError> subtract(const Number& a, const Number& b);

  // A plain decimal without exponent, leading or trailing zeros, as DynamoDB returns it.
  void append_text(std::string& out) const;
  [[nodiscard]] std::string text() const;

  // The encoding of docs/formats/value.md: memcmp order is number order, no encoding is a prefix of another, equal
  // numbers have equal encodings.
  void append_encoded(std::string& out) const;
  // `encoded` must be what append_encoded wrote.
  static Number from_encoded(std::string_view encoded);
  // append_text(from_encoded(encoded)), without the detour through a coefficient.
  static void append_encoded_as_text(std::string_view encoded, std::string& out);
  // The length of the encoded number at the front of `bytes`, 0 if there is none.
  static std::size_t encoded_length(std::string_view bytes);

  // What the number counts in an item's size, in bytes:
  // 1 + ceil(integer significant digits / 2) + ceil(fraction significant digits / 2) + 1 if negative; zero is 1.
  // (Measured on DynamoDB; the documented rule differs.)
  [[nodiscard]] std::size_t attribute_size() const;
  // from_encoded(encoded).attribute_size(), without the detour through a coefficient.
  static std::size_t encoded_attribute_size(std::string_view encoded);

  [[nodiscard]] bool is_zero() const { return coefficient_ == 0; }
  [[nodiscard]] bool is_negative() const { return negative_; }

  friend bool operator==(const Number&, const Number&) = default;
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);

 private:
  __extension__ using Coefficient = unsigned __int128;  // up to 10^38 - 1

  Coefficient coefficient_ = 0;
  std::int16_t exponent_ = 0;  // of the coefficient's last digit
  bool negative_ = false;
};

}  // namespace stator::model
