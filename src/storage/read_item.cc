#include "storage/read_item.h"

#include <string>
#include <utility>

#include "codec/item_record.h"
#include "codec/keys.h"

namespace stator::storage {

Result<std::optional<StoredItem>> read_item(Session& session, const model::Table& table, model::MapView key) {
  return read_item(session.storage.engine(), session.wait, table, key);
}

Result<std::optional<StoredItem>> read_item(const kv::Reader& reader, kv::Wait wait, const model::Table& table,
                                            model::MapView key) {
  std::string bytes;
  TRY_ASSIGN(const bool found, reader.get(codec::item_key(table.number, table.key, key), wait, bytes));
  if (!found) return std::optional<StoredItem>();
  TRY_ASSIGN(const codec::ItemRecord record, codec::read_item_record(bytes));
  const std::size_t size = record.size;
  bytes.erase(0, bytes.size() - record.encoded_item.size());
  return StoredItem{model::Item(std::move(bytes)), size};
}

}  // namespace stator::storage
