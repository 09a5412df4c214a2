// What an answer tells besides its result, if the request asked for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/item_request.h"
#include "model/item.h"
#include "model/table.h"
#include "storage/write_item.h"

namespace stator::ops {

// ConsumedCapacity of a request that only the table is charged for. `table_name` is what the request calls it, a name
// or an ARN, and so does the answer. Source:
// docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html, TableName.
[[nodiscard]] std::optional<api::ConsumedCapacity> report_consumed(const api::ReportOptions& options,
                                                                   std::string_view table_name, double table_units);
// Charges what another request on the same table consumed besides.
void add(api::ConsumedCapacity& consumed, const api::ConsumedCapacity& more);
// Charges an index besides.
void add_units(api::ConsumedCapacity& consumed, const model::Index& index, double units);
// Of a write.
[[nodiscard]] std::optional<api::ConsumedCapacity> report_write(const api::ReportOptions& options,
                                                                std::string_view table_name,
                                                                const storage::WriteEffect& effect);

// Adds up what the parts of one request consumed.
class ConsumedByTable {
 public:
  void add(const model::Table& table, std::optional<api::ConsumedCapacity> part);
  // One for each table, called as in its first part, in the order of their names.
  [[nodiscard]] std::vector<api::ConsumedCapacity> take() &&;

 private:
  std::map<std::string, api::ConsumedCapacity> tables_;  // by their names
};

// ItemCollectionMetrics of the collection of `key`, after a write; only tables with a local index have it.
[[nodiscard]] std::optional<api::ItemCollectionMetrics> report_collection(const api::ReportOptions& options,
                                                                          const model::Table& table, model::MapView key,
                                                                          const storage::WriteEffect& effect);

// The same after another write of one request, to a table's `collections`, each of which is told of once.
void add(std::vector<api::ItemCollectionMetrics>& collections, api::ItemCollectionMetrics metrics);

}  // namespace stator::ops
