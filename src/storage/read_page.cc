#include "storage/read_page.h"

#include "codec/item_record.h"
#include "model/document_path.h"
#include "model/limits.h"
#include "model/value_writer.h"

namespace stator::storage {
namespace {

void take_item(const codec::ItemRecord& record, const PageSelection& selection, Page& page) {
  if (selection.filter && !selection.filter->matches(record.item)) return;
  ++page.count;
  if (selection.count_only) return;
  if (selection.projection) {
    page.items += model::project(record.item, *selection.projection).encoded();
  } else {
    page.items += record.encoded_item;
  }
}

}  // namespace

model::Item key_of(const model::KeySchema& schema, model::MapView item) {
  model::MapWriter key;
  for (const model::KeyAttribute& attribute : schema.attributes()) {
    if (const auto value = item.find(attribute.name)) key.add(attribute.name, *value);
  }
  std::string encoded;
  key.finish(encoded);
  return model::Item(std::move(encoded));
}

Result<void> read_page(Session& session, const model::Table& table, const kv::Range& range, kv::Direction direction,
                       const PageSelection& selection, Page& page) {
  const auto cursor = session.storage.engine().scan(range, direction, session.wait);
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(const codec::ItemRecord record, codec::read_item_record(cursor->value()));
    ++page.scanned;
    page.bytes += record.size;
    take_item(record, selection, page);
    if (page.scanned >= page.limit || page.bytes >= model::kMaxPageBytes) {
      page.last_key = key_of(table.key, record.item);
      return {};
    }
  }
  return cursor->status();
}

}  // namespace stator::storage
