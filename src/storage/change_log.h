// The change log: what has become of a table's items, in the commit order, written in the items' own commits. Streams
// read it, and all else that follows a table will. A table has one while someone reads it, in shards: an item's changes
// go to the open shard of its partition key's hash.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/change_record.h"
#include "codec/keys.h"
#include "kv/batch.h"
#include "kv/engine.h"
#include "model/table.h"

namespace stator::storage {

// What happened to one item. Of before and after there is at least one.
struct ItemHistory {
  const std::string& key;  // in the store
  std::optional<model::ValueView> before;
  std::optional<model::ValueView> after;
  codec::ChangeOrigin origin = codec::ChangeOrigin::kRequest;
  WallTime time{};
};

// The writers' side, of one table. Refers to the table. Immutable, thread-safe.
class ChangeLog {
 public:
  // `table` has a stream that is enabled, and open shards.
  explicit ChangeLog(const model::Table& table);

  // Logs nothing if the item is the same as before.
  void append(const ItemHistory& item, kv::Batch& batch) const;

 private:
  struct OpenShard {
    std::uint64_t last_hash;
    std::string prefix;  // of its changes
  };
  [[nodiscard]] const OpenShard& shard_of(const std::string& key) const;
  [[nodiscard]] std::string key_of(model::MapView item) const;

  std::vector<std::string> key_names_;  // of the table's key, in the order of names
  std::vector<OpenShard> shards_;       // in the order of their hashes
  bool keeps_old_ = false;
  bool keeps_new_ = false;
};

// The present state of a log, from `from` on: calls `visit` with a shard's changes until it says false, which leaves
// the one that it was given unread. Answers where the next look begins. What `visit` is given is valid during the call.
using ChangeVisitor = std::function<bool(codec::LogPosition position, const codec::ChangeRecord& change)>;
[[nodiscard]] Result<codec::LogPosition> read_changes(const kv::Reader& reader, kv::Wait wait, TableNumber table,
                                                      ShardNumber shard, codec::LogPosition from,
                                                      const ChangeVisitor& visit);

}  // namespace stator::storage
