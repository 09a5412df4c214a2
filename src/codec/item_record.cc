#include "codec/item_record.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace stator::codec {
namespace {

std::unexpected<Error> corrupt() { return fail(ErrorCode::kCorruption, "an item record is cut short or damaged"); }

}  // namespace

void append_item_record(std::string& out, model::ValueView item, std::size_t size) {
  out.reserve(out.size() + kItemRecordCommitAt + sizeof(std::uint64_t) + varint_size(size) + item.encoded().size());
  out.push_back(static_cast<char>(kItemRecordVersion));
  append_big_endian(out, std::uint64_t{0});
  append_varint(out, size);
  out.append(item.encoded());
}

Result<ItemRecord> read_item_record(std::string_view bytes) {
  if (bytes.empty()) return corrupt();
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kItemRecordVersion) {
    return fail(ErrorCode::kCorruption, fmt::format("an item record has version {}; this program knows version {}",
                                                    version, kItemRecordVersion));
  }
  ItemRecord record;
  std::string_view rest = bytes.substr(kItemRecordCommitAt);
  std::string_view commit;
  std::uint64_t size = 0;
  if (!take_bytes(rest, sizeof(std::uint64_t), commit) || !take_varint(rest, size)) return corrupt();
  record.commit.value = load_big_endian<std::uint64_t>(commit);
  record.size = size;
  record.encoded_item = rest;
  model::ValueView item;
  if (!model::take_value(rest, item) || !rest.empty() || !item.is(model::Type::kMap)) return corrupt();
  record.item = item.map();
  return record;
}

}  // namespace stator::codec
