// TableDescription: what CreateTable, DescribeTable, UpdateTable and DeleteTable answer with.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/table.h"

namespace stator::api {

// All that is shown, exactly as it is to be shown: that an answer may tell of the state before a change, or leave
// something out, is the operation's affair.
struct TableDescription {
  model::Table table;
  model::TableStatus status = model::TableStatus::kActive;  // instead of the table's own
  std::int64_t item_count = 0;
  std::int64_t size_bytes = 0;
  std::optional<model::Throughput> warm_throughput = {};
  bool brief = false;  // without KeySchema, AttributeDefinitions and CreationDateTime
};

// Appends {"AttributeDefinitions":...}.
void append_table_description(std::string& out, const TableDescription& description);

}  // namespace stator::api
