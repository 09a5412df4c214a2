#include "storage/collections.h"

#include <array>

#include "codec/keys.h"
#include "storage/counters.h"

namespace stator::storage {

Result<Collection> read_collection(Session& session, const TableHandle& table, model::MapView item) {
  Collection collection;
  if (!table.has_local_index()) return collection;
  collection.key = codec::collection_key(table.definition(), item);
  std::array<std::int64_t, 1> counters{};
  TRY(read_counters(session.storage.engine(), session.wait, collection.key, counters));
  collection.bytes = counters[0];
  return collection;
}

Result<void> check_growth(const Session& session, std::int64_t bytes, std::int64_t growth) {
  if (growth <= 0 || bytes <= session.storage.options().item_collection_limit) return {};
  return fail(ErrorCode::kItemCollectionSizeLimitExceeded, "Collection size exceeded.");
}

}  // namespace stator::storage
