#include "config/units.h"

#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "base/ascii.h"

namespace stator::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first, the preferred of equals first.
constexpr std::array<Unit, 7> kSizes{{{"GiB", 1ULL << 30},
                                      {"GB", 1'000'000'000},
                                      {"MiB", 1ULL << 20},
                                      {"MB", 1'000'000},
                                      {"KiB", 1ULL << 10},
                                      {"KB", 1'000},
                                      {"B", 1}}};
constexpr std::array<Unit, 4> kDurations{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

template <std::size_t N>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<Unit, N>& units, std::string_view bare) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number(text.substr(0, digits));
  std::string_view name = text.substr(digits);
  if (name.starts_with(' ')) name.remove_prefix(1);
  if (text.size() == digits) name = bare;
  if (!number.has_value()) return std::nullopt;
  for (const Unit& unit : units) {
    if (!equals_ignoring_case(name, unit.name)) continue;
    if (*number > kMost / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string format(std::uint64_t value, const std::array<Unit, N>& units) {
  std::string best;
  for (const Unit& unit : units) {
    if (value % unit.factor != 0) continue;
    std::string text = fmt::format("{}{}", value / unit.factor, unit.name);
    if (best.empty() || text.size() < best.size()) best = std::move(text);
  }
  return best;
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > kMost) return std::nullopt;
  return value;
}

std::optional<std::size_t> parse_size(std::string_view text) { return parse(text, kSizes, "B"); }

std::string format_size(std::size_t bytes) { return bytes == 0 ? "0B" : format(bytes, kSizes); }

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto value = parse(text, kDurations, "s");
  if (!value.has_value()) return std::nullopt;
  return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

std::string format_duration(std::chrono::milliseconds duration) {
  return duration.count() == 0 ? "0s" : format(static_cast<std::uint64_t>(duration.count()), kDurations);
}

}  // namespace stator::config
