// Bytes of a data folder: a disk may lie, and reading what it says stays within the bytes.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/item_record.h"
#include "codec/keys.h"
#include "codec/table_record.h"
#include "model/item.h"
#include "model/limits.h"
#include "model/value.h"

namespace {

using stator::model::Type;
using stator::model::ValueView;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void check_item(std::string_view bytes) {
  const auto record = stator::codec::read_item_record(bytes);
  if (!record) return;
  if (!stator::model::is_well_formed(record->encoded_item, stator::model::kMaxNesting)) return;
  std::string written;
  stator::codec::append_item_record(written, ValueView(record->encoded_item), record->size);
  const auto again = stator::codec::read_item_record(written);
  require(again.has_value());
  require(again->encoded_item == record->encoded_item && again->size == record->size);
  std::size_t attributes = 0;
  for (const auto& entry : record->item) {
    require(record->item.find(entry.name).has_value());
    ++attributes;
  }
  require(attributes == record->item.size());
  require(attributes == 0 || stator::model::item_size(record->item) > 0);
}

void check_table(std::string_view bytes) {
  const auto table = stator::codec::decode_table(bytes);
  if (!table) return;
  const std::string written = stator::codec::encode_table(*table);
  const auto again = stator::codec::decode_table(written);
  require(again.has_value());
  require(stator::codec::encode_table(*again) == written);
}

void check_key(std::string_view bytes, Type type) {
  std::string value;
  std::string_view in = bytes;
  if (!stator::codec::take_key_value(in, type, value)) return;
  require(in.size() <= bytes.size());
  require(stator::model::is_well_formed(value, 0));
  std::string encoded;
  stator::codec::append_key_value(encoded, ValueView(value));
  std::string_view rest = encoded;
  std::string again;
  require(stator::codec::take_key_value(rest, type, again) && rest.empty() && again == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_item(bytes);
  check_table(bytes);
  for (const Type type : {Type::kString, Type::kNumber, Type::kBinary}) check_key(bytes, type);
  return 0;
}
