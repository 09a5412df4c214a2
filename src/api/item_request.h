// What the requests on items have in common, once valid.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/item.h"

namespace stator::api {

enum class ReturnValues : std::uint8_t { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };
enum class ReturnConsumedCapacity : std::uint8_t { kNone, kTotal, kIndexes };

// What a request on a table asks to be told besides its result.
struct ReportOptions {
  ReturnConsumedCapacity consumed_capacity = ReturnConsumedCapacity::kNone;
  bool item_collection_metrics = false;  // ReturnItemCollectionMetrics=SIZE
};

// A transaction's units are shown a second time, by what they were consumed for.
enum class CapacityKind : std::uint8_t { kPlain, kRead, kWrite };

// Units consumed by one request on one table.
struct ConsumedCapacity {
  std::string table_name;
  double table_units = 0;
  std::map<std::string, double> local_indexes;
  std::map<std::string, double> global_indexes;
  bool by_index = false;  // INDEXES: show the parts
  CapacityKind kind = CapacityKind::kPlain;

  [[nodiscard]] double total() const;
};

// Appends {"TableName":...,"CapacityUnits":...}.
void append_consumed_capacity(std::string& out, const ConsumedCapacity& consumed);

// Appends [...] of them.
void append_consumed_capacities(std::string& out, std::span<const ConsumedCapacity> consumed);

struct ItemCollectionMetrics {
  model::Item key;  // the partition key alone
  double lower_gb = 0;
  double upper_gb = 0;
};

void append_item_collection_metrics(std::string& out, const ItemCollectionMetrics& metrics);
// Appends "<table>":[...], for a map of many tables.
void append_item_collection_metrics(std::string& out, std::string_view table_name,
                                    std::span<const ItemCollectionMetrics> collections);

// The table's name of a TableName that may be an ARN. (Whether its region and account are the request's own is for the
// operation to see.)
[[nodiscard]] std::string_view table_name_of(std::string_view name_or_arn);

}  // namespace stator::api
