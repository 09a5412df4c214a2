#include "codec/change_record.h"

#include <chrono>

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

bool take_map(std::string_view& in, std::optional<model::ValueView>& map) {
  model::ValueView value;
  if (!model::take_value(in, value) || !value.is(model::Type::kMap)) return false;
  map = value;
  return true;
}

}  // namespace

void append_change_record(std::string& out, const ChangeRecord& record) {
  out.push_back(static_cast<char>(kChangeRecordVersion));
  out.push_back(static_cast<char>(flags_of(record)));
  append_big_endian(out, static_cast<std::uint64_t>(record.time.time_since_epoch().count()));
  for (const auto& map : {record.key, record.old_image, record.new_image}) {
    if (map) out += map->encoded();
  }
}

Result<ChangeRecord> read_change_record(std::string_view bytes) {
  if (bytes.empty()) return corrupt();
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kChangeRecordVersion) {
    return fail(ErrorCode::kCorruption, fmt::format("a change record has version {}; this program knows version {}",
                                                    version, kChangeRecordVersion));
  }
  std::string_view rest = bytes.substr(1);
  std::string_view flag_byte;
  std::string_view time;
  if (!take_bytes(rest, 1, flag_byte) || !take_bytes(rest, sizeof(std::uint64_t), time)) return corrupt();
  const auto flags = static_cast<std::uint8_t>(flag_byte.front());
  if ((flags & ~kAll) != 0 || (flags & kKindMask) > static_cast<std::uint8_t>(ChangeKind::kRemove)) return corrupt();
  ChangeRecord record{
      .kind = static_cast<ChangeKind>(flags & kKindMask),
      .origin = (flags & kByTimeToLive) != 0 ? ChangeOrigin::kTimeToLive : ChangeOrigin::kRequest,
      .time = WallTime(std::chrono::microseconds(static_cast<std::int64_t>(load_big_endian<std::uint64_t>(time)))),
      .key = {},
      .old_image = {},
      .new_image = {}};
  if ((flags & kHasKey) != 0 && !take_map(rest, record.key)) return corrupt();
  if ((flags & kHasOldImage) != 0 && !take_map(rest, record.old_image)) return corrupt();
  if ((flags & kHasNewImage) != 0 && !take_map(rest, record.new_image)) return corrupt();
  if (!rest.empty() || !(record.key || record.old_image || record.new_image)) return corrupt();
  return record;
}

}  // namespace stator::codec
