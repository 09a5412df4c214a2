#include "storage/read_page.h"

#include <memory>
#include <utility>

#include "codec/item_record.h"
#include "codec/keys.h"
#include "model/document_path.h"
#include "model/limits.h"
#include "model/value_writer.h"

namespace stator::storage {
namespace {

static_assert(static_cast<char>(codec::KeySpace::kItems) == kv::kItemSpace);

using codec::ItemRecord;

// Each is a search of the store; a page of small items may need thousands.
constexpr std::size_t kMostFetchesOnALoop = 200;

void take_item(const ItemRecord& record, const PageSelection& selection, Page& page) {
  if (selection.filter && !selection.filter->matches(record.item)) return;
  ++page.count;
  if (selection.count_only) return;
  if (selection.projection) {
    page.items += model::project(record.item, *selection.projection).encoded();
  } else {
    page.items += record.encoded_item;
  }
}

// Of a global index under --index-delay; null otherwise.
std::shared_ptr<const kv::Reader> delayed_state(const Storage& storage, const PageSource& source) {
  const bool is_global = source.index && source.index->index().kind == model::IndexKind::kGlobal;
  return is_global ? storage.delayed_state() : nullptr;
}

// Where a page's items come from: one state of the data.
class PageReader {
 public:
  PageReader(Session& session, const PageSource& source) : source_(source), wait_(session.wait) {
    Storage& storage = session.storage;
    held_ = source.state ? source.state : delayed_state(storage, source);
    if (!held_ && source.fetches) held_ = storage.engine().snapshot();
    reader_ = held_ ? held_.get() : &storage.engine();
  }

  [[nodiscard]] std::unique_ptr<kv::Cursor> scan(const kv::Range& range, kv::Direction direction) const {
    return reader_->scan(range, direction, wait_);
  }

  // The item of an index's entry, valid until the next call.
  Result<ItemRecord> fetch(const ItemRecord& entry) {
    const model::Table& table = source_.table.definition();
    TRY_ASSIGN(const bool found, reader_->get(codec::item_key(table.number, table.key, entry.item), wait_, fetched_));
    if (!found) return fail(ErrorCode::kCorruption, "An entry of an index has no item in the table.");
    return codec::read_item_record(fetched_);
  }

 private:
  const PageSource& source_;
  kv::Wait wait_;
  std::shared_ptr<const kv::Reader> held_;
  const kv::Reader* reader_;
  std::string fetched_;
};

// The key attributes of an item or of an entry alone.
model::Item key_of(const PageSource& source, model::MapView item) {
  model::MapWriter key;
  const auto add = [&](const model::KeySchema& schema) {
    for (const model::KeyAttribute& attribute : schema.attributes()) {
      if (const auto value = item.find(attribute.name)) key.add(attribute.name, *value);
    }
  };
  add(source.table.definition().key);
  if (source.index) add(source.index->index().key);
  std::string encoded;
  key.finish(encoded);
  return model::Item(std::move(encoded));
}

}  // namespace

Result<std::shared_ptr<const kv::Reader>> present_state(Session& session, const PageSource& source) {
  std::shared_ptr<const kv::Reader> state = delayed_state(session.storage, source);
  if (!state) state = session.storage.engine().snapshot();
  if (!source.table.is_current()) return fail(ErrorCode::kStale, "");
  return state;
}

Result<void> read_page(Session& session, const PageSource& source, const kv::Range& range, kv::Direction direction,
                       const PageSelection& selection, Page& page) {
  PageReader reader(session, source);
  const auto cursor = reader.scan(range, direction);
  // Only a state from before the table or index was taken away has all of its items.
  if (!source.state && !source.table.is_current()) return fail(ErrorCode::kStale, "");
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(const ItemRecord record, codec::read_item_record(cursor->value()));
    ++page.scanned;
    page.bytes += record.size;
    if (source.fetches) {
      if (session.wait == kv::Wait::kNever && page.fetched.size() == kMostFetchesOnALoop) {
        return fail(ErrorCode::kWouldBlock, "");
      }
      TRY_ASSIGN(const ItemRecord item, reader.fetch(record));
      page.fetched.push_back(item.size);
      page.fetched_bytes += item.size;
      take_item(item, selection, page);
    } else {
      take_item(record, selection, page);
    }
    if (page.scanned >= page.limit || page.bytes + page.fetched_bytes >= model::kMaxPageBytes) {
      page.last_key = key_of(source, record.item);
      break;
    }
  }
  return cursor->status();
}

}  // namespace stator::storage
