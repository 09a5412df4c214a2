#include "streams/sequence_number.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace stator::streams {
namespace {

constexpr std::size_t kCommitDigits = 20;
constexpr std::size_t kPlaceDigits = 10;

// No value unless `digits` are nothing else and the number fits.
template <class Number>
std::optional<Number> parse_number(std::string_view digits) {
  Number number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

std::string sequence_number(codec::LogPosition position) {
  return fmt::format("1{:020}{:010}", position.commit.value, position.place);
}

std::optional<codec::LogPosition> parse_sequence_number(std::string_view text) {
  if (text.size() != 1 + kCommitDigits + kPlaceDigits || text.front() != '1') return std::nullopt;
  const auto commit = parse_number<std::uint64_t>(text.substr(1, kCommitDigits));
  const auto place = parse_number<std::uint32_t>(text.substr(1 + kCommitDigits));
  if (!commit || !place) return std::nullopt;
  return codec::LogPosition{.commit = {*commit}, .place = *place};
}

}  // namespace stator::streams
