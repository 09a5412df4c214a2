// What a table is: its definition as the catalog keeps it. Plain data; immutable once published in a catalog snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "model/stream.h"
#include "model/value.h"

namespace stator::model {

struct KeyAttribute {
  std::string name;
  Type type = Type::kString;  // kString, kNumber or kBinary
  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

// What items are found by: the attributes of the partition key (KeyType HASH), then those of the sort key (RANGE). A
// table and a local secondary index have one and at most one, a global secondary index up to four of each.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html.
class KeySchema {
 public:
  KeySchema() = default;
  explicit KeySchema(std::vector<KeyAttribute> partition, const std::vector<KeyAttribute>& sort = {});
  void add_partition(KeyAttribute attribute);
  void add_sort(KeyAttribute attribute);

  [[nodiscard]] std::span<const KeyAttribute> attributes() const { return attributes_; }
  [[nodiscard]] std::span<const KeyAttribute> partition() const { return attributes().first(partition_size_); }
  [[nodiscard]] std::span<const KeyAttribute> sort() const { return attributes().subspan(partition_size_); }
  [[nodiscard]] std::size_t size() const { return attributes_.size(); }
  // Null if `name` is no attribute of the key.
  [[nodiscard]] const KeyAttribute* find(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
  friend bool operator==(const KeySchema&, const KeySchema&) = default;

 private:
  std::vector<KeyAttribute> attributes_;
  std::size_t partition_size_ = 0;
};

enum class BillingMode : std::uint8_t { kProvisioned, kPayPerRequest };
enum class TableClass : std::uint8_t { kStandard, kStandardInfrequentAccess };
enum class TableStatus : std::uint8_t { kCreating, kUpdating, kActive, kDeleting };

struct Throughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
  friend bool operator==(const Throughput&, const Throughput&) = default;
};

// When provisioned throughput was changed.
struct ThroughputChanges {
  std::optional<WallTime> last_increase;
  std::optional<WallTime> last_decrease;
  std::int64_t decreases_today = 0;
  friend bool operator==(const ThroughputChanges&, const ThroughputChanges&) = default;
};

// On-demand ceilings; -1 or absent is none.
struct OnDemandThroughput {
  std::optional<std::int64_t> max_read_units;
  std::optional<std::int64_t> max_write_units;
  friend bool operator==(const OnDemandThroughput&, const OnDemandThroughput&) = default;
};

using Tags = std::map<std::string, std::string>;

// kExpiry is not one that users know of: the items by when their time to live is over.
enum class IndexKind : std::uint8_t { kLocal, kGlobal, kExpiry };
enum class ProjectionType : std::uint8_t { kAll, kKeysOnly, kInclude };

// Which attributes an index keeps of an item besides the key attributes of table and index.
struct Projection {
  ProjectionType type = ProjectionType::kAll;
  std::vector<std::string> non_key_attributes;  // kInclude only, as the user ordered them
  friend bool operator==(const Projection&, const Projection&) = default;
};

// A secondary index of a table.
struct Index {
  IndexNumber number;  // given by storage/; never used again within the table after the index is deleted
  std::string name;
  IndexKind kind = IndexKind::kGlobal;
  KeySchema key;
  Projection projection;
  // What follows is of global indexes only: a local one shares its table's throughput and status.
  Throughput throughput;  // zero when on demand
  ThroughputChanges throughput_changes;
  std::optional<OnDemandThroughput> on_demand_throughput;
  // Added to a table that may have items, and not all of these have their entries yet: CREATING.
  bool backfilling = false;
  // As of the table; `status_until` is also when a backfill may begin.
  TableStatus status = TableStatus::kActive;
  WallTime status_until{};
  friend bool operator==(const Index&, const Index&) = default;
};

struct Table {
  TableNumber number;
  std::string region;
  std::string name;
  std::string id;  // a UUID: TableId
  std::string arn;
  KeySchema key;
  std::vector<KeyAttribute> attribute_definitions;  // as the user ordered them
  std::vector<Index> indexes;                       // in the order of their numbers
  std::optional<Index> expiry;                      // kExpiry: while time to live is enabled
  IndexNumber last_index_number;                    // the highest ever given
  std::optional<StreamSpecification> stream;
  std::vector<Shard> shards;  // of the change log, those that are open, in the order of their hashes
  ShardNumber last_shard;     // the highest number ever given
  BillingMode billing_mode = BillingMode::kProvisioned;
  Throughput throughput;  // zero when on demand
  std::optional<OnDemandThroughput> on_demand_throughput;
  std::optional<TableClass> table_class;  // absent if the user never said
  bool deletion_protection = false;
  Tags tags;
  WallTime created{};
  std::optional<WallTime> last_pay_per_request;  // LastUpdateToPayPerRequestDateTime
  ThroughputChanges throughput_changes;
  // The status shown before `status_until`; kActive from then on (kDeleting: gone from then on). --table-delay.
  TableStatus status = TableStatus::kActive;
  WallTime status_until{};

  // Null if there is none.
  [[nodiscard]] const Index* find_index(std::string_view index_name) const;
  // Of all, the expiry index included.
  [[nodiscard]] std::vector<const Index*> all_indexes() const;
  [[nodiscard]] const Index* find_index(IndexNumber of_number) const;
  [[nodiscard]] Index* find_index(IndexNumber of_number);
  [[nodiscard]] bool has_local_index() const;
};

// The index of items by the time in `attribute`, to be added to a table that may have some.
[[nodiscard]] Index expiry_index(std::string attribute);

// "arn:aws:dynamodb:us-east-1:000000000000:table/Name".
[[nodiscard]] std::string table_arn(std::string_view region, std::string_view account, std::string_view name);

}  // namespace stator::model
