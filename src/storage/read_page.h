// Reading pages of items: what Query and Scan share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "kv/engine.h"
#include "model/item.h"
#include "storage/storage.h"

namespace stator::storage {

// What is kept of each item read. Pointers may be null; not owned.
struct PageSelection {
  const expr::Condition* filter = nullptr;
  const expr::Projection* projection = nullptr;
  bool count_only = false;
};

// A page in the making: it may be filled from several ranges, one after the other.
struct Page {
  std::uint64_t limit = UINT64_MAX;  // items to read
  std::string items;                 // encoded items that passed the filter, projected
  std::uint64_t count = 0;           // of them
  std::uint64_t scanned = 0;         // items read
  std::uint64_t bytes = 0;           // their sizes
  // Set when the page is full: the key of the last item read, from which the next page goes on.
  std::optional<model::Item> last_key;
};

// Reads on in `range` until it ends or the page is full: `limit` items, or 1 MB of items read.
Result<void> read_page(Session& session, const model::Table& table, const kv::Range& range, kv::Direction direction,
                       const PageSelection& selection, Page& page);

// The key attributes of `item` alone.
[[nodiscard]] model::Item key_of(const model::KeySchema& schema, model::MapView item);

}  // namespace stator::storage
