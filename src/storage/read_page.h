// Reading pages of items: what Query and Scan share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "kv/engine.h"
#include "model/item.h"
#include "storage/storage.h"

namespace stator::storage {

// What is walked: a table, or one of its indexes. Not owned.
struct PageSource {
  const TableHandle& table;
  const IndexEntries* index = nullptr;  // of `table`
  // The state that all ranges of a page are read from; null: each range is read from the present one.
  std::shared_ptr<const kv::Reader> state = {};
  // Of a local index: each entry's item is taken from the table, because the index does not have all that is asked for.
  bool fetches = false;
};

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
  std::uint64_t bytes = 0;           // their sizes; of an index, of its entries
  std::vector<std::size_t> fetched;  // the sizes of the items taken from the table for entries of an index
  std::uint64_t fetched_bytes = 0;   // their sum
  // Set when the page is full: the key of the last item read, from which the next page goes on. In an index, the
  // attributes of its key and of the table's.
  std::optional<model::Item> last_key;
};

// A state to read several ranges of the source from. kStale if the table has changed since it was looked up.
[[nodiscard]] Result<std::shared_ptr<const kv::Reader>> present_state(Session& session, const PageSource& source);

// Reads on in `range` of the source until it ends or the page is full: `limit` items, or 1 MB of items read, those
// fetched included. kStale if the table has changed since `source` was looked up; what changes later does not matter,
// since a range is read from one state of the data.
Result<void> read_page(Session& session, const PageSource& source, const kv::Range& range, kv::Direction direction,
                       const PageSelection& selection, Page& page);

}  // namespace stator::storage
