#include "streams/shard_iterator.h"

#include <cstdint>

#include <xxhash.h>

#include "base/base64.h"
#include "base/bytes.h"

namespace stator::streams {
namespace {

constexpr std::string_view kVersion = "|1|";
constexpr std::size_t kCheckedBytes = 4 + 8 + 4 + 8;

std::uint64_t checksum(std::string_view arn, std::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), XXH3_64bits(arn.data(), arn.size()));
}

template <class Number>
Number take(std::string_view& in) {
  const auto number = load_big_endian<Number>(in);
  in.remove_prefix(sizeof number);
  return number;
}

}  // namespace

std::string print(const ShardIterator& iterator) {
  std::string bytes;
  append_big_endian(bytes, iterator.shard.value);
  append_big_endian(bytes, iterator.next.commit.value);
  append_big_endian(bytes, iterator.next.place);
  append_big_endian(bytes, static_cast<std::uint64_t>(iterator.made.time_since_epoch().count()));
  append_big_endian(bytes, checksum(iterator.stream_arn, bytes));
  std::string text = iterator.stream_arn;
  text += kVersion;
  append_base64(text, bytes);
  return text;
}

std::optional<ShardIterator> parse_shard_iterator(std::string_view text) {
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos || !text.substr(bar).starts_with(kVersion)) return std::nullopt;
  const std::string_view arn = text.substr(0, bar);
  std::string bytes;
  if (!append_base64_decoded(bytes, text.substr(bar + kVersion.size()))) return std::nullopt;
  if (bytes.size() != kCheckedBytes + sizeof(std::uint64_t)) return std::nullopt;
  std::string_view in = bytes;
  if (checksum(arn, in.substr(0, kCheckedBytes)) != load_big_endian<std::uint64_t>(in.substr(kCheckedBytes))) {
    return std::nullopt;
  }
  ShardIterator iterator{.stream_arn = std::string(arn), .shard = {}, .next = {}};
  iterator.shard = ShardNumber{take<std::uint32_t>(in)};
  iterator.next.commit = CommitNumber{take<std::uint64_t>(in)};
  iterator.next.place = take<std::uint32_t>(in);
  const auto made = static_cast<std::int64_t>(take<std::uint64_t>(in));
  iterator.made = WallTime(std::chrono::microseconds(made));
  return iterator;
}

}  // namespace stator::streams
