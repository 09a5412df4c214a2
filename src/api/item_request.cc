#include "api/item_request.h"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

// A JSON number that has a fraction, as the service prints units: 1.0, 0.5.
void append_double(std::string& out, double v) {
  if (v == std::floor(v)) {
    fmt::format_to(std::back_inserter(out), "{:.1f}", v);
  } else {
    fmt::format_to(std::back_inserter(out), "{}", v);
  }
}

// "CapacityUnits":1.0, and once more as ReadCapacityUnits or WriteCapacityUnits.
void append_units(std::string& out, double units, CapacityKind kind) {
  out += "\"CapacityUnits\":";
  append_double(out, units);
  if (kind == CapacityKind::kPlain) return;
  out += kind == CapacityKind::kRead ? ",\"ReadCapacityUnits\":" : ",\"WriteCapacityUnits\":";
  append_double(out, units);
}

void append_index_units(std::string& out, std::string_view member, const std::map<std::string, double>& indexes,
                        CapacityKind kind) {
  if (indexes.empty()) return;
  out.append(",\"").append(member).append("\":");
  char separator = '{';
  for (const auto& [name, units] : indexes) {
    out.push_back(separator);
    separator = ',';
    append_json_string(out, name);
    out += ":{";
    append_units(out, units, kind);
    out.push_back('}');
  }
  out.push_back('}');
}

}  // namespace

double ConsumedCapacity::total() const {
  double sum = table_units;
  for (const auto& [name, units] : local_indexes) sum += units;
  for (const auto& [name, units] : global_indexes) sum += units;
  return sum;
}

void append_consumed_capacity(std::string& out, const ConsumedCapacity& consumed) {
  out += "{\"TableName\":";
  append_json_string(out, consumed.table_name);
  out.push_back(',');
  append_units(out, consumed.total(), consumed.kind);
  if (consumed.by_index) {
    out += ",\"Table\":{";
    append_units(out, consumed.table_units, consumed.kind);
    out.push_back('}');
    append_index_units(out, "LocalSecondaryIndexes", consumed.local_indexes, consumed.kind);
    append_index_units(out, "GlobalSecondaryIndexes", consumed.global_indexes, consumed.kind);
  }
  out.push_back('}');
}

void append_consumed_capacities(std::string& out, std::span<const ConsumedCapacity> consumed) {
  out.push_back('[');
  for (const ConsumedCapacity& of_table : consumed) {
    if (out.back() != '[') out.push_back(',');
    append_consumed_capacity(out, of_table);
  }
  out.push_back(']');
}

void append_item_collection_metrics(std::string& out, const ItemCollectionMetrics& metrics) {
  out += "{\"ItemCollectionKey\":";
  append_item(out, metrics.key.view());
  out += ",\"SizeEstimateRangeGB\":[";
  append_double(out, metrics.lower_gb);
  out.push_back(',');
  append_double(out, metrics.upper_gb);
  out += "]}";
}

void append_item_collection_metrics(std::string& out, std::string_view table_name,
                                    std::span<const ItemCollectionMetrics> collections) {
  append_json_string(out, table_name);
  out += ":[";
  for (const ItemCollectionMetrics& metrics : collections) {
    if (out.back() != '[') out.push_back(',');
    append_item_collection_metrics(out, metrics);
  }
  out.push_back(']');
}

std::string_view table_name_of(std::string_view name_or_arn) {
  const std::optional<TableArn> arn = parse_arn(name_or_arn);
  if (!arn || arn->service != "dynamodb" || arn->table_name().empty()) return name_or_arn;
  return arn->table_name();
}

}  // namespace stator::api
