// Writing one item: the read-modify-write that PutItem, UpdateItem and DeleteItem share.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "codec/item_record.h"
#include "model/item.h"
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

// Applies the decision to the item at `key` and to the table's counters in one commit, whose ticket joins the
// session's, also when the decision refused: what it saw may not be durable yet. kStale if the table has changed.
Result<void> write_item(Session& session, const TableHandle& table, model::MapView key, const ItemDecision& decide);

}  // namespace stator::storage
