// Writing items: the read-modify-write that all writes share. The items, their entries in all indexes and all counters
// change in one commit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "codec/item_record.h"
#include "model/item.h"
#include "storage/client_token.h"
#include "storage/storage.h"

namespace stator::storage {

enum class WriteAction : std::uint8_t { kKeep, kPut, kErase };

// What becomes of an item.
struct ItemChange {
  WriteAction action = WriteAction::kKeep;
  model::ValueView item;  // kPut: the item from now on, with the same key; bytes owned by the decider
  std::size_t size = 0;   // kPut: its size
};

// Decides on the item as it is (null: there is none), its bytes valid during the call only. Repeatable: only the last
// call counts. An Error refuses the write and becomes the request's answer.
using ItemDecision = std::function<Result<ItemChange>(const codec::ItemRecord* old)>;

// What a write did to an index; nothing is told of an index that was left as it was.
struct IndexChange {
  const model::Index* index = nullptr;  // of the table's definition
  std::size_t old_size = 0;             // of the entry, as DynamoDB counts its attributes; 0 if there was none
  std::size_t new_size = 0;
  bool is_moved = false;  // there was and there is an entry, under different keys
};

struct WriteEffect {
  WriteAction action = WriteAction::kKeep;  // what was done: kKeep also if there was nothing to erase
  std::size_t item_bytes = 0;               // the larger of the item's sizes before and after
  std::vector<IndexChange> indexes;
  // Of a table with a local index: the bytes of the item's collection, its entries in local indexes included, after
  // this write and the request's writes before it. Commits that were not durable when they began are not counted in.
  std::int64_t collection_bytes = 0;
};

// One of the writes of a request. Does not own table and key.
struct ItemWrite {
  const TableHandle& table;
  model::MapView key;  // has every key attribute; may have others
  ItemDecision decide;
};

// What became of the writes of a request.
struct WriteOutcome {
  // Of each write, or why it was refused. If one was refused, nothing has been written.
  std::vector<Result<WriteEffect>> effects;
  // Nothing was done now, because an earlier request with the same token did it; what it did to indexes and collections
  // is not told.
  bool is_repeated = false;
};

// Applies the decisions to their items, no two of which are the same, to the items' entries and to the counters in one
// commit: all, or none if a decision refuses; all are asked in any case. The commit's ticket joins the session's, also
// when a decision refused: what it saw may not be durable yet. A write is refused with kItemCollectionSizeLimitExceeded
// if its item's collection grows beyond the limit. kStale if a table has changed; kTransactionConflict as
// kv::Engine::commit has it, the reasons being those of the writes and then of the token.
//
// With a `token`: once only. kIdempotentParameterMismatch if it was used for another request.
Result<WriteOutcome> write_items(Session& session, std::span<const ItemWrite> writes,
                                 const ClientToken* token = nullptr);
// The same of one item.
Result<WriteEffect> write_item(Session& session, const TableHandle& table, model::MapView key,
                               const ItemDecision& decide);

}  // namespace stator::storage
