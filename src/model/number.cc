#include "model/number.h"

#include <algorithm>
#include <array>

namespace stator::model {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::array<Wide, kMaxNumberDigits + 1> make_powers() {
  std::array<Wide, kMaxNumberDigits + 1> powers{};
  Wide power = 1;
  for (Wide& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}
constexpr std::array<Wide, kMaxNumberDigits + 1> kPowers = make_powers();

// Decimal digits of v; 0 has none.
int count_digits(Wide v) {
  const auto count = std::ranges::upper_bound(kPowers, v) - kPowers.begin();
  return static_cast<int>(count);
}

// The digits of a coefficient, most significant first, as values 0..9.
struct Digits {
  std::array<std::uint8_t, kMaxNumberDigits + 2> digit{};  // two digits of zeros behind the last
  int count = 0;

  explicit Digits(Wide v) : count(std::min(count_digits(v), kMaxNumberDigits)) {
    // Dividing 64 bits at a time: a 128-bit division costs ten times as much.
    constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000ULL;
    constexpr int kChunkDigits = 19;
    int at = count;
    auto low = static_cast<std::uint64_t>(v % kChunk);
    for (int i = 0; i < kChunkDigits && at > 0; ++i, low /= 10) digit[--at] = static_cast<std::uint8_t>(low % 10);
    auto high = static_cast<std::uint64_t>(v / kChunk);
    for (; at > 0; high /= 10) digit[--at] = static_cast<std::uint8_t>(high % 10);
  }
};

// Digits with the exponent of the first, as a plain decimal.
void append_plain(std::string& out, const std::uint8_t* digit, int count, int first_exponent) {
  const auto append = [&out](const std::uint8_t* d, int n) {
    for (int i = 0; i < n; ++i) out.push_back(static_cast<char>('0' + d[i]));
  };
  if (first_exponent < 0) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-first_exponent - 1), '0');
    append(digit, count);
    return;
  }
  const int integer = first_exponent + 1;
  append(digit, std::min(integer, count));
  if (count > integer) {
    out.push_back('.');
    append(digit + integer, count - integer);
  } else {
    out.append(static_cast<std::size_t>(integer - count), '0');
  }
}

constexpr std::uint8_t kZero = 0x80;
constexpr std::uint8_t kPositive = 0xC0;
constexpr std::uint8_t kNegative = 0x40;
constexpr std::uint8_t kComplement = 0xff;

// The parts of an encoding, read no further than it is valid.
struct Decoded {
  bool negative = false;
  int first_exponent = 0;
  std::array<std::uint8_t, kMaxNumberDigits> digit{};
  int count = 0;           // without the padding; 0 is zero
  std::size_t length = 0;  // of the encoding; 0 if it is not a canonical one

  explicit Decoded(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto sign = static_cast<std::uint8_t>(bytes[0]);
    if (sign == kZero) {
      length = 1;
      return;
    }
    if (sign != kPositive && sign != kNegative) return;
    negative = sign == kNegative;
    const std::uint8_t flip = negative ? kComplement : 0;
    if (bytes.size() < 2) return;
    first_exponent = (static_cast<std::uint8_t>(bytes[1]) ^ flip) + kMinNumberExponent;
    std::size_t at = 2;
    for (; at < bytes.size(); ++at) {
      const std::uint8_t pair = static_cast<std::uint8_t>(bytes[at]) ^ flip;
      if (pair == 0 || pair > 100 || count == kMaxNumberDigits) break;
      digit[static_cast<std::size_t>(count++)] = static_cast<std::uint8_t>((pair - 1) / 10);
      digit[static_cast<std::size_t>(count++)] = static_cast<std::uint8_t>((pair - 1) % 10);
    }
    const bool terminated = at < bytes.size() && (static_cast<std::uint8_t>(bytes[at]) ^ flip) == 0;
    const bool normalised = count > 0 && digit[0] != 0 && (digit[count - 1] != 0 || digit[count - 2] != 0);
    if (terminated && normalised && first_exponent <= kMaxNumberExponent) length = at + 1;
    while (count > 0 && digit[static_cast<std::size_t>(count - 1)] == 0) --count;
    if (count == 0) negative = false;
  }
};

std::size_t size_of_digits(int count, int first_exponent, bool negative) {
  if (count == 0) return 1;
  const int integer = std::clamp(first_exponent + 1, 0, count);
  const int fraction = count - integer;
  return static_cast<std::size_t>(1 + (integer + 1) / 2 + (fraction + 1) / 2 + (negative ? 1 : 0));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The exponent's digits are counted on only as far as they could still matter: no text is long enough to bring a
// number this far out back into range.
constexpr std::int64_t kFarExponent = 1'000'000'000'000;

// What parse() gathers while it walks over the digits.
struct DigitScan {
  Wide coefficient = 0;          // the significant digits up to the last that is not zero
  std::int64_t significant = 0;  // digits from the first that is not zero
  std::int64_t kept = 0;         // those up to the last that is not zero
  std::int64_t digits = 0;
  std::int64_t integer_digits = 0;  // significant ones before the point
  std::int64_t leading_fraction_zeros = 0;

  void take(char c, bool fraction) {
    ++digits;
    if (c == '0' && significant == 0) {
      if (fraction) ++leading_fraction_zeros;
      return;
    }
    ++significant;
    if (!fraction) ++integer_digits;
    if (c == '0') return;
    if (significant <= kMaxNumberDigits) {
      coefficient = coefficient * kPowers[static_cast<std::size_t>(significant - kept)] + static_cast<Wide>(c - '0');
    }
    kept = significant;
  }

  // Of the first significant digit, before the exponent is added.
  [[nodiscard]] std::int64_t first_exponent() const {
    return integer_digits > 0 ? integer_digits - 1 : -1 - leading_fraction_zeros;
  }
};

// Takes [eE][+-]digits off the front of `text`. False if it is malformed.
bool take_exponent(std::string_view& text, std::int64_t& exponent) {
  exponent = 0;
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return true;
  text.remove_prefix(1);
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    exponent = std::min(exponent * 10 + (text.front() - '0'), kFarExponent);
  }
  if (negative) exponent = -exponent;
  return text.empty();
}

}  // namespace

Number Number::from_int(std::int64_t v) {
  Number n;
  if (v == 0) return n;
  n.negative_ = v < 0;
  std::uint64_t magnitude = v < 0 ? 0 - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v);
  for (; magnitude % 10 == 0; magnitude /= 10) ++n.exponent_;
  n.coefficient_ = magnitude;
  return n;
}

std::expected<Number, NumberError> Number::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  DigitScan scan;
  bool fraction = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (is_digit(c)) {
      scan.take(c, fraction);
    } else if (c == '.' && !fraction) {
      fraction = true;
    } else {
      break;
    }
  }
  std::int64_t exponent = 0;
  if (scan.digits == 0 || !take_exponent(text, exponent) || !text.empty()) {
    return std::unexpected(NumberError::kNotNumeric);
  }
  if (scan.significant == 0) return Number();
  const std::int64_t first = scan.first_exponent() + exponent;
  if (first > kMaxNumberExponent) return std::unexpected(NumberError::kOverflow);
  if (first < kMinNumberExponent) return std::unexpected(NumberError::kUnderflow);
  if (scan.kept > kMaxNumberDigits) return std::unexpected(NumberError::kTooManyDigits);
  Number n;
  n.coefficient_ = scan.coefficient;
  n.exponent_ = static_cast<std::int16_t>(first - scan.kept + 1);
  n.negative_ = negative;
  return n;
}

std::expected<Number, NumberError> Number::add(const Number& a, const Number& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  const Number& high = a.exponent_ >= b.exponent_ ? a : b;  // of the last digits
  const Number& low = a.exponent_ >= b.exponent_ ? b : a;
  const int shift = high.exponent_ - low.exponent_;
  // The last digit of `low` stays where it is, so a result this wide has too many digits whatever is borrowed.
  Wide aligned = 0;
  if (shift > kMaxNumberDigits ||
      __builtin_mul_overflow(high.coefficient_, kPowers[static_cast<std::size_t>(shift)], &aligned)) {
    return std::unexpected(NumberError::kTooManyDigits);
  }
  Number sum;
  sum.exponent_ = low.exponent_;
  if (high.negative_ == low.negative_) {
    sum.negative_ = high.negative_;
    if (__builtin_add_overflow(aligned, low.coefficient_, &sum.coefficient_)) {
      return std::unexpected(NumberError::kTooManyDigits);
    }
  } else if (aligned == low.coefficient_) {
    return Number();
  } else {
    const bool high_wins = aligned > low.coefficient_;
    sum.negative_ = high_wins ? high.negative_ : low.negative_;
    sum.coefficient_ = high_wins ? aligned - low.coefficient_ : low.coefficient_ - aligned;
  }
  while (sum.coefficient_ % 10 == 0) {
    sum.coefficient_ /= 10;
    ++sum.exponent_;
  }
  const int digits = count_digits(sum.coefficient_);
  const int first = sum.exponent_ + digits - 1;
  if (first > kMaxNumberExponent) return std::unexpected(NumberError::kOverflow);
  if (first < kMinNumberExponent) return std::unexpected(NumberError::kUnderflow);
  if (sum.coefficient_ >= kPowers[kMaxNumberDigits]) return std::unexpected(NumberError::kTooManyDigits);
  return sum;
}

std::expected<Number, NumberError> Number::subtract(const Number& a, const Number& b) {
  Number minus_b = b;
  minus_b.negative_ = !b.negative_ && !b.is_zero();
  return add(a, minus_b);
}

void Number::append_text(std::string& out) const {
  if (is_zero()) {
    out.push_back('0');
    return;
  }
  if (negative_) out.push_back('-');
  const Digits digits(coefficient_);
  append_plain(out, digits.digit.data(), digits.count, exponent_ + digits.count - 1);
}

std::string Number::text() const {
  std::string out;
  append_text(out);
  return out;
}

void Number::append_encoded(std::string& out) const {
  if (is_zero()) {
    out.push_back(static_cast<char>(kZero));
    return;
  }
  const Digits digits(coefficient_);
  const std::uint8_t flip = negative_ ? kComplement : 0;
  std::array<char, kMaxEncodedNumberBytes> bytes{};
  std::size_t n = 0;
  bytes[n++] = static_cast<char>(negative_ ? kNegative : kPositive);
  bytes[n++] = static_cast<char>((exponent_ + digits.count - 1 - kMinNumberExponent) ^ flip);
  for (int i = 0; i < digits.count; i += 2) {
    const auto at = static_cast<std::size_t>(i);
    bytes[n++] = static_cast<char>((digits.digit[at] * 10 + digits.digit[at + 1] + 1) ^ flip);
  }
  bytes[n++] = static_cast<char>(flip);
  out.append(bytes.data(), n);
}

Number Number::from_encoded(std::string_view encoded) {
  const Decoded decoded(encoded);
  Number n;
  for (int i = 0; i < decoded.count; ++i)
    n.coefficient_ = n.coefficient_ * 10 + decoded.digit[static_cast<std::size_t>(i)];
  if (n.coefficient_ == 0) return n;
  n.exponent_ = static_cast<std::int16_t>(decoded.first_exponent - decoded.count + 1);
  n.negative_ = decoded.negative;
  return n;
}

void Number::append_encoded_as_text(std::string_view encoded, std::string& out) {
  const Decoded decoded(encoded);
  if (decoded.count == 0) {
    out.push_back('0');
    return;
  }
  if (decoded.negative) out.push_back('-');
  append_plain(out, decoded.digit.data(), decoded.count, decoded.first_exponent);
}

std::size_t Number::encoded_length(std::string_view bytes) { return Decoded(bytes).length; }

std::size_t Number::encoded_attribute_size(std::string_view encoded) {
  const Decoded decoded(encoded);
  return size_of_digits(decoded.count, decoded.first_exponent, decoded.negative);
}

std::size_t Number::attribute_size() const {
  const int digits = count_digits(coefficient_);
  return size_of_digits(digits, exponent_ + digits - 1, negative_);
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  const auto sign = [](const Number& n) { return n.is_zero() ? 0 : n.negative_ ? -1 : 1; };
  if (sign(a) != sign(b)) return sign(a) <=> sign(b);
  if (a.is_zero()) return std::strong_ordering::equal;
  const Number& smaller_if_less = a.negative_ ? b : a;
  const Number& other = a.negative_ ? a : b;
  const int digits = count_digits(smaller_if_less.coefficient_);
  const int other_digits = count_digits(other.coefficient_);
  const int first = smaller_if_less.exponent_ + digits;
  const int other_first = other.exponent_ + other_digits;
  if (first != other_first) return first <=> other_first;
  const Wide x = smaller_if_less.coefficient_ * kPowers[static_cast<std::size_t>(std::max(0, other_digits - digits))];
  const Wide y = other.coefficient_ * kPowers[static_cast<std::size_t>(std::max(0, digits - other_digits))];
  return x < y ? std::strong_ordering::less : x > y ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace stator::model
