// Keys of the store, order-preserving. docs/formats/keys.md describes them byte by byte.
//
//   meta:       kMeta | name
//   table:      kTables | region | name
//   counters:   kCounters | table number | index number
//   backfill:   kBackfills | table number | index number
//   token:      kClientTokens | window | region | token
//   stream:     kStreams | region | table name | created
//   shard:      kShards | table number | shard number | fact
//   mapping:    kEventSourceMappings | region | stream ARN | function ARN
//   progress:   kCheckpoints | mapping's UUID | shard number
//   change:     kChanges | table number | shard number | commit number | place in the commit
//   item:       kItems | table number | 0 | hash64(partition key) | partition key | sort key
//   entry:      kItems | table number | index number | hash64(index's partition key) | index's partition key
//               | index's sort key | table's partition key | table's sort key
//               (0 in place of the hash in an expiry index, whose entries lie in the order of its key)
//   collection: kCollections | table number | table's partition key
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "model/table.h"
#include "model/value.h"

namespace stator::codec {

enum class KeySpace : std::uint8_t {
  kMeta = 1,
  kTables = 2,
  kCounters = 3,
  kBackfills = 4,
  kClientTokens = 5,
  kStreams = 6,
  kShards = 7,
  kEventSourceMappings = 8,
  kCheckpoints = 9,
  kItems = 16,
  kCollections = 17,
  kChanges = 18,
};

// Appends a key attribute (S, N or B) so that byte order is value order and no encoding is a prefix of another.
void append_key_value(std::string& out, model::ValueView value);
// Appends the encoding of an S or B as far as it is common to all that begin with `value`.
void append_key_prefix(std::string& out, model::ValueView value);
// Takes a value of `type` off the front of `in` and appends it to `out` as an encoded value. False if malformed.
[[nodiscard]] bool take_key_value(std::string_view& in, model::Type type, std::string& out);

// The hash that spreads partition keys over a table: of the encoded partition key.
[[nodiscard]] std::uint64_t partition_hash(std::string_view encoded_partition_key);

// kItems | table | index: what all items of the table begin with.
[[nodiscard]] std::string item_prefix(TableNumber table, IndexNumber index);
// item_prefix | hash.
[[nodiscard]] std::string item_prefix(TableNumber table, IndexNumber index, std::uint64_t hash);
// ... | partition key: what an item collection begins with.
[[nodiscard]] std::string partition_prefix(TableNumber table, IndexNumber index,
                                           std::span<const model::ValueView> partition);
// The key of an item; `item` has every key attribute, of its right type.
[[nodiscard]] std::string item_key(TableNumber table, const model::KeySchema& schema, model::MapView item);
// The hash in the key of an item.
[[nodiscard]] std::uint64_t hash_of_item(std::string_view key);
// The key of an item's entry in an index: the index's key, then the table's. `item` has every attribute of both.
[[nodiscard]] std::string entry_key(const model::Table& table, const model::Index& index, model::MapView item);
// The same of the values of all these attributes in their order.
[[nodiscard]] std::string entry_key(TableNumber table, const model::Index& index,
                                    std::span<const model::ValueView> values);
// What all entries of an expiry index begin with whose time is `seconds`.
[[nodiscard]] std::string expiry_prefix(TableNumber table, IndexNumber index, std::int64_t seconds);

[[nodiscard]] std::string table_key(std::string_view region, std::string_view name);
[[nodiscard]] std::string counters_key(TableNumber table, IndexNumber index);
// The counter of an item collection's bytes; with `item`, which has the partition key, of its own.
[[nodiscard]] std::string collection_prefix(TableNumber table);
[[nodiscard]] std::string collection_key(const model::Table& table, model::MapView item);
// How far the backfill of an index has come.
[[nodiscard]] std::string backfill_key(TableNumber table, IndexNumber index);
// What is remembered of a ClientRequestToken that was used within a window, which is one of the stretches of time that
// they are remembered for, counted from the epoch; the prefix is that of all of a window.
[[nodiscard]] std::string client_token_key(std::uint32_t window, std::string_view region, std::string_view token);
[[nodiscard]] std::string client_token_prefix(std::uint32_t window);
// A stream, whose time of creation is in milliseconds; all of a table's, the latest last; all of a region's.
[[nodiscard]] std::string stream_key(std::string_view region, std::string_view table_name, WallTime created);
[[nodiscard]] std::string streams_prefix(std::string_view region, std::string_view table_name);
[[nodiscard]] std::string streams_prefix(std::string_view region);
// What is known of a shard, as separate records.
enum class ShardFact : std::uint8_t { kOpened = 0, kClosed = 1, kTrimmed = 2 };
[[nodiscard]] std::string shard_key(TableNumber table, ShardNumber shard, ShardFact fact);
// Which fact of which shard such a key is of.
[[nodiscard]] std::pair<ShardNumber, ShardFact> fact_of_shard(std::string_view key);
// A shard's part of the change log: what kv::Batch::log() takes, and where an entry is. Places are in the commit order.
struct LogPosition {
  CommitNumber commit;
  std::uint32_t place = 0;  // in the commit
  friend auto operator<=>(const LogPosition&, const LogPosition&) = default;
};
[[nodiscard]] std::string changes_prefix(TableNumber table, ShardNumber shard);
[[nodiscard]] std::string change_key(TableNumber table, ShardNumber shard, LogPosition position);
// The table and the position of a change's key.
[[nodiscard]] TableNumber table_of_change(std::string_view key);
[[nodiscard]] LogPosition position_of_change(std::string_view key);
// An event source mapping, so that a stream and a function have one of a region's; all of a region's, or of all if it
// is empty.
[[nodiscard]] std::string mapping_key(std::string_view region, std::string_view stream_arn,
                                      std::string_view function_arn);
[[nodiscard]] std::string mappings_prefix(std::string_view region);
// How far a mapping has come in a shard; of shard number 0, what became of its last batch. All of a mapping's.
[[nodiscard]] std::string checkpoint_key(std::string_view uuid, ShardNumber shard);
[[nodiscard]] std::string checkpoints_prefix(std::string_view uuid);
// The shard number of such a key.
[[nodiscard]] ShardNumber shard_of_checkpoint(std::string_view key);
[[nodiscard]] std::string meta_key(std::string_view name);

// The smallest key that is above every key beginning with `prefix`. Empty, which means the end of the store, if
// `prefix` has no byte other than 0xff.
[[nodiscard]] std::string after_prefix(std::string_view prefix);

}  // namespace stator::codec
