#include "codec/change_record.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "base/bytes.h"
#include "model/value.h"

namespace stator::codec {
namespace {

// docs/formats/records.md, "Change record".
constexpr std::uint8_t kKindMask = 0x03;
constexpr std::uint8_t kHasKey = 0x04;
constexpr std::uint8_t kHasOldImage = 0x08;
constexpr std::uint8_t kHasNewImage = 0x10;
constexpr std::uint8_t kByTimeToLive = 0x20;
constexpr std::uint8_t kNewImageIsDelta = 0x40;  // since version 2
// With less in common a delta is not shorter than the image.
constexpr std::size_t kWorthDelta = 16;
constexpr std::uint8_t kAll = kKindMask | kHasKey | kHasOldImage | kHasNewImage | kByTimeToLive;

std::unexpected<Error> corrupt() { return fail(ErrorCode::kCorruption, "a change record is cut short or damaged"); }

std::uint8_t flags_of(const ChangeRecord& record) {
  auto flags = static_cast<std::uint8_t>(record.kind);
  if (record.key) flags |= kHasKey;
  if (record.old_image) flags |= kHasOldImage;
  if (record.new_image) flags |= kHasNewImage;
  if (record.origin == ChangeOrigin::kTimeToLive) flags |= kByTimeToLive;
  return flags;
}

// An image's bytes behind its type and its size, which differ if anything does.
std::string_view content_of(model::ValueView image) {
  std::string_view content = image.encoded().substr(1);
  std::uint64_t size = 0;
  (void)take_varint(content, size);
  return content;
}

// What is compared at a time, until it differs.
constexpr std::size_t kBlock = 64;

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t n = 0;
  while (n + kBlock <= most && std::memcmp(a.data() + n, b.data() + n, kBlock) == 0) n += kBlock;
  while (n < most && a[n] == b[n]) ++n;
  return n;
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  a.remove_prefix(a.size() - most);
  b.remove_prefix(b.size() - most);
  std::size_t n = 0;
  while (n + kBlock <= most && std::memcmp(a.data() + most - n - kBlock, b.data() + most - n - kBlock, kBlock) == 0) {
    n += kBlock;
  }
  while (n < most && a[most - n - 1] == b[most - n - 1]) ++n;
  return n;
}

// What an image is, given another one: so many bytes of the other's content, others, and again so many of it.
struct Delta {
  std::uint64_t prefix = 0;
  std::uint64_t suffix = 0;
  std::string_view middle;
};

Delta delta_of(model::ValueView old_image, model::ValueView new_image) {
  const std::string_view before = content_of(old_image);
  const std::string_view after = content_of(new_image);
  const std::size_t prefix = common_prefix(before, after);
  const std::size_t suffix = common_suffix(before.substr(prefix), after.substr(prefix));
  return {.prefix = prefix, .suffix = suffix, .middle = after.substr(prefix, after.size() - prefix - suffix)};
}

bool take_delta(std::string_view in, model::ValueView old_image, std::string& new_image) {
  Delta delta;
  const std::string_view before = content_of(old_image);
  if (!take_varint(in, delta.prefix) || !take_varint(in, delta.suffix) || delta.prefix > before.size() ||
      delta.suffix > before.size() - delta.prefix) {
    return false;
  }
  new_image.assign(old_image.encoded().substr(0, 1));
  append_varint(new_image, delta.prefix + in.size() + delta.suffix);
  new_image.append(before.substr(0, delta.prefix));
  new_image.append(in);
  new_image.append(before.substr(before.size() - delta.suffix));
  return true;
}

bool take_map(std::string_view& in, std::optional<model::ValueView>& map) {
  model::ValueView value;
  if (!model::take_value(in, value) || !value.is(model::Type::kMap)) return false;
  map = value;
  return true;
}

}  // namespace

void append_change_record(std::string& out, const ChangeRecord& record) {
  std::optional<Delta> delta;
  if (record.old_image && record.new_image) {
    const Delta found = delta_of(*record.old_image, *record.new_image);
    if (found.prefix + found.suffix >= kWorthDelta) delta = found;
  }
  constexpr std::size_t kMostBesideImages = 64;
  const auto size_of = [](const std::optional<model::ValueView>& map) { return map ? map->encoded().size() : 0; };
  out.reserve(out.size() + kMostBesideImages + size_of(record.key) + size_of(record.old_image) +
              (delta ? delta->middle.size() : size_of(record.new_image)));
  out.push_back(static_cast<char>(kChangeRecordVersion));
  out.push_back(static_cast<char>(flags_of(record) | (delta ? kNewImageIsDelta : 0)));
  append_big_endian(out, static_cast<std::uint64_t>(record.time.time_since_epoch().count()));
  if (record.key) out += record.key->encoded();
  if (record.old_image) out += record.old_image->encoded();
  if (delta) {
    append_varint(out, delta->prefix);
    append_varint(out, delta->suffix);
    out += delta->middle;
  } else if (record.new_image) {
    out += record.new_image->encoded();
  }
}

Result<ChangeRecord> read_change_record(std::string_view bytes, std::string& new_image) {
  if (bytes.empty()) return corrupt();
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version == 0 || version > kChangeRecordVersion) {
    return fail(ErrorCode::kCorruption, fmt::format("a change record has version {}; this program knows 1 to {}",
                                                    version, kChangeRecordVersion));
  }
  std::string_view rest = bytes.substr(1);
  std::string_view flag_byte;
  std::string_view time;
  if (!take_bytes(rest, 1, flag_byte) || !take_bytes(rest, sizeof(std::uint64_t), time)) return corrupt();
  const auto flags = static_cast<std::uint8_t>(flag_byte.front());
  const std::uint8_t known = version == 1 ? kAll : kAll | kNewImageIsDelta;
  if ((flags & ~known) != 0 || (flags & kKindMask) > static_cast<std::uint8_t>(ChangeKind::kRemove)) return corrupt();
  ChangeRecord record{
      .kind = static_cast<ChangeKind>(flags & kKindMask),
      .origin = (flags & kByTimeToLive) != 0 ? ChangeOrigin::kTimeToLive : ChangeOrigin::kRequest,
      .time = WallTime(std::chrono::microseconds(static_cast<std::int64_t>(load_big_endian<std::uint64_t>(time)))),
      .key = {},
      .old_image = {},
      .new_image = {}};
  if ((flags & kHasKey) != 0 && !take_map(rest, record.key)) return corrupt();
  if ((flags & kHasOldImage) != 0 && !take_map(rest, record.old_image)) return corrupt();
  if ((flags & kNewImageIsDelta) != 0) {
    if ((flags & kHasNewImage) == 0 || !record.old_image || !take_delta(rest, *record.old_image, new_image)) {
      return corrupt();
    }
    rest = new_image;
  }
  if ((flags & kHasNewImage) != 0 && !take_map(rest, record.new_image)) return corrupt();
  if (!rest.empty() || !(record.key || record.old_image || record.new_image)) return corrupt();
  return record;
}

}  // namespace stator::codec
