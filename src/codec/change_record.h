// Change records: what a table's change log holds of one change of an item. docs/formats/records.md describes them byte
// by byte.
//
//   version (1 byte) | flags (1) | time (8, big-endian) | key, old image, new image: those that the flags name
//
// Most changes touch little of an item: of a new image beside an old one only what differs is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/item.h"
#include "model/table.h"

namespace stator::codec {

inline constexpr std::uint8_t kChangeRecordVersion = 2;

enum class ChangeKind : std::uint8_t { kInsert, kModify, kRemove };

// Who changed an item: a request, or Stator itself because the item's time to live was over.
enum class ChangeOrigin : std::uint8_t { kRequest, kTimeToLive };

// Does not own. The key is there if no image is.
struct ChangeRecord {
  ChangeKind kind = ChangeKind::kInsert;
  ChangeOrigin origin = ChangeOrigin::kRequest;
  WallTime time{};
  std::optional<model::ValueView> key;
  std::optional<model::ValueView> old_image;
  std::optional<model::ValueView> new_image;
};

void append_change_record(std::string& out, const ChangeRecord& record);

// Refers to `bytes`, and to `new_image` if that image has to be put together. Reads version 1, too. kCorruption if
// `bytes` is of another version or cut short.
[[nodiscard]] Result<ChangeRecord> read_change_record(std::string_view bytes, std::string& new_image);

}  // namespace stator::codec
