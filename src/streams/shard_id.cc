#include "streams/shard_id.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>

#include <fmt/format.h>

namespace stator::streams {
namespace {

constexpr std::string_view kPrefix = "shardId-";
constexpr std::size_t kTimeDigits = 20;
constexpr std::size_t kNumberDigits = 8;
constexpr std::size_t kNumberAt = kPrefix.size() + kTimeDigits + 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string shard_id(const model::Shard& shard) {
  const auto opened = std::chrono::floor<std::chrono::milliseconds>(shard.opened).time_since_epoch().count();
  return fmt::format("{}{:020}-{:08x}", kPrefix, opened, shard.number.value);
}

std::optional<ShardNumber> parse_shard_id(std::string_view id) {
  if (id.size() != kNumberAt + kNumberDigits || !id.starts_with(kPrefix) || id[kNumberAt - 1] != '-') {
    return std::nullopt;
  }
  const std::string_view hex = id.substr(kNumberAt);
  if (!std::ranges::all_of(id.substr(kPrefix.size(), kTimeDigits), is_digit) ||
      !std::ranges::all_of(hex, is_lower_hex)) {
    return std::nullopt;
  }
  std::uint32_t number = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  return ShardNumber{number};
}

codec::LogPosition start_of(const storage::StoredShard& shard) {
  return {.commit = {shard.opening.commit.value + 1}, .place = 0};
}

std::optional<codec::LogPosition> end_of(const storage::StoredShard& shard) {
  if (!shard.closing) return std::nullopt;
  return codec::LogPosition{.commit = shard.closing->commit, .place = 0};
}

codec::LogPosition trim_horizon(const storage::StoredShard& shard) {
  return std::max(start_of(shard), shard.trimmed_to);
}

}  // namespace stator::streams
