// What a table is: its definition as the catalog keeps it. Plain data; immutable once published in a catalog snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "model/value.h"

namespace stator::model {

struct KeyAttribute {
  std::string name;
  Type type = Type::kString;  // kString, kNumber or kBinary
  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

struct KeySchema {
  KeyAttribute partition;
  std::optional<KeyAttribute> sort;

  [[nodiscard]] std::size_t size() const { return sort ? 2 : 1; }
  friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

enum class BillingMode : std::uint8_t { kProvisioned, kPayPerRequest };
enum class TableClass : std::uint8_t { kStandard, kStandardInfrequentAccess };
enum class TableStatus : std::uint8_t { kCreating, kUpdating, kActive, kDeleting };

struct Throughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
  friend bool operator==(const Throughput&, const Throughput&) = default;
};

// On-demand ceilings; -1 or absent is none.
struct OnDemandThroughput {
  std::optional<std::int64_t> max_read_units;
  std::optional<std::int64_t> max_write_units;
  friend bool operator==(const OnDemandThroughput&, const OnDemandThroughput&) = default;
};

using Tags = std::map<std::string, std::string>;

struct Table {
  TableNumber number;
  std::string region;
  std::string name;
  std::string id;  // a UUID: TableId
  std::string arn;
  KeySchema key;
  std::vector<KeyAttribute> attribute_definitions;  // as the user ordered them
  BillingMode billing_mode = BillingMode::kProvisioned;
  Throughput throughput;  // zero when on demand
  std::optional<OnDemandThroughput> on_demand_throughput;
  std::optional<TableClass> table_class;  // absent if the user never said
  bool deletion_protection = false;
  Tags tags;
  WallTime created{};
  std::optional<WallTime> last_pay_per_request;  // LastUpdateToPayPerRequestDateTime
  std::optional<WallTime> last_increase;
  std::optional<WallTime> last_decrease;
  std::int64_t decreases_today = 0;
  // The status shown before `status_until`; kActive from then on (kDeleting: gone from then on). --table-delay.
  TableStatus status = TableStatus::kActive;
  WallTime status_until{};
};

// "arn:aws:dynamodb:us-east-1:000000000000:table/Name".
[[nodiscard]] std::string table_arn(std::string_view region, std::string_view account, std::string_view name);

}  // namespace stator::model
