// TableDescription: what CreateTable, DescribeTable, UpdateTable and DeleteTable answer with.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/table.h"

namespace stator::api {

// A secondary index within it.
struct IndexDescription {
  model::Index index = {};
  model::TableStatus status = model::TableStatus::kActive;  // instead of the index's own
  // Of an index that is being added to a table: whether its allocation is over. Absent once it is there.
  std::optional<bool> backfilling = {};
  std::int64_t item_count = 0;
  std::int64_t size_bytes = 0;
  std::optional<model::Throughput> warm_throughput = {};
};

// All that is shown, exactly as it is to be shown: that an answer may tell of the state before a change, or leave
// something out, is the operation's affair.
struct TableDescription {
  model::Table table;
  model::TableStatus status = model::TableStatus::kActive;  // instead of the table's own
  std::int64_t item_count = 0;
  std::int64_t size_bytes = 0;
  std::optional<model::Throughput> warm_throughput = {};
  std::vector<IndexDescription> indexes = {};  // instead of the table's own
  bool brief = false;                          // without KeySchema, AttributeDefinitions, CreationDateTime and indexes
};

// Appends [{"AttributeName":...,"KeyType":"HASH"},...].
void append_key_schema(std::string& out, const model::KeySchema& key);

// Appends {"AttributeDefinitions":...}.
void append_table_description(std::string& out, const TableDescription& description);

}  // namespace stator::api
