// Item records: the value under an item's key. docs/formats/records.md describes them byte by byte.
//
//   version (1 byte) | commit number (8, big-endian) | item size (varint) | the item, an encoded map
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "model/item.h"

namespace stator::codec {

inline constexpr std::uint8_t kItemRecordVersion = 1;
inline constexpr std::size_t kItemRecordCommitAt = 1;  // where the commit number stands: kv::Batch::put's stamp

// Does not own.
struct ItemRecord {
  CommitNumber commit;
  std::size_t size = 0;  // the item's size as DynamoDB counts it
  model::MapView item;
  std::string_view encoded_item;  // `item` as an encoded value
};

// The commit number is left zero, for the stamp.
void append_item_record(std::string& out, model::ValueView item, std::size_t size);

// kCorruption if `bytes` is of another version or cut short.
[[nodiscard]] Result<ItemRecord> read_item_record(std::string_view bytes);

}  // namespace stator::codec
