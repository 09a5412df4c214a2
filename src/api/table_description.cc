#include "api/table_description.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "api/index_request.h"
#include "api/object_writer.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

// In the order of their names, as the service has it.
void append_attribute_definitions(std::string& out, std::vector<model::KeyAttribute> definitions) {
  std::ranges::sort(definitions, {}, &model::KeyAttribute::name);
  out.push_back('[');
  for (const model::KeyAttribute& definition : definitions) {
    if (out.back() != '[') out.push_back(',');
    ObjectWriter object(out);
    object.text("AttributeName", definition.name);
    object.text("AttributeType", model::type_name(definition.type));
    object.finish();
  }
  out.push_back(']');
}

// Of a table or a global index.
void append_throughput(std::string& out, const model::Throughput& throughput, const model::ThroughputChanges& changes) {
  ObjectWriter object(out);
  object.time("LastIncreaseDateTime", changes.last_increase);
  object.time("LastDecreaseDateTime", changes.last_decrease);
  object.number("NumberOfDecreasesToday", changes.decreases_today);
  object.number("ReadCapacityUnits", throughput.read_units);
  object.number("WriteCapacityUnits", throughput.write_units);
  object.finish();
}

// BillingModeSummary, or under its other name TableThroughputModeSummary.
void append_billing(std::string& out, std::string_view mode_name, const model::Table& table) {
  ObjectWriter object(out);
  object.text(mode_name, name_of(table.billing_mode));
  object.time("LastUpdateToPayPerRequestDateTime", table.last_pay_per_request);
  object.finish();
}

// A table that was never on demand has no summary.
bool has_billing_summary(const model::Table& table) {
  return table.billing_mode == model::BillingMode::kPayPerRequest || table.last_pay_per_request.has_value();
}

void append_on_demand(std::string& out, const model::OnDemandThroughput& throughput) {
  ObjectWriter object(out);
  object.number("MaxReadRequestUnits", throughput.max_read_units);
  object.number("MaxWriteRequestUnits", throughput.max_write_units);
  object.finish();
}

void append_warm(std::string& out, const model::Throughput& throughput) {
  ObjectWriter object(out);
  object.number("ReadUnitsPerSecond", throughput.read_units);
  object.number("WriteUnitsPerSecond", throughput.write_units);
  object.text("Status", "ACTIVE");
  object.finish();
}

// Non-key attributes in the order of their names, as the service has it.
void append_projection(std::string& out, const model::Projection& projection) {
  ObjectWriter object(out);
  object.text("ProjectionType", name_of(projection.type));
  if (!projection.non_key_attributes.empty()) {
    std::vector<std::string> names = projection.non_key_attributes;
    std::ranges::sort(names);
    std::string& list = object.member("NonKeyAttributes");
    list.push_back('[');
    for (const std::string& name : names) {
      if (list.back() != '[') list.push_back(',');
      append_json_string(list, name);
    }
    list.push_back(']');
  }
  object.finish();
}

void append_index(std::string& out, const IndexDescription& description, std::string_view table_arn) {
  const model::Index& index = description.index;
  ObjectWriter object(out);
  object.text("IndexName", index.name);
  append_key_schema(object.member("KeySchema"), index.key);
  append_projection(object.member("Projection"), index.projection);
  const bool global = index.kind == model::IndexKind::kGlobal;
  if (global) {
    object.text("IndexStatus", name_of(description.status));
    if (description.backfilling) object.flag("Backfilling", *description.backfilling);
    append_throughput(object.member("ProvisionedThroughput"), index.throughput, index.throughput_changes);
  }
  object.number("IndexSizeBytes", description.size_bytes);
  object.number("ItemCount", description.item_count);
  object.text("IndexArn", fmt::format("{}/index/{}", table_arn, index.name));
  if (global) {
    if (index.on_demand_throughput) append_on_demand(object.member("OnDemandThroughput"), *index.on_demand_throughput);
    if (description.warm_throughput) append_warm(object.member("WarmThroughput"), *description.warm_throughput);
  }
  object.finish();
}

// A stream that is disabled shows its name alone.
void append_stream(ObjectWriter& object, const model::Table& table) {
  if (!table.stream) return;
  if (table.stream->enabled) {
    ObjectWriter specification(object.member("StreamSpecification"));
    specification.flag("StreamEnabled", true);
    specification.text("StreamViewType", name_of(table.stream->view_type));
    specification.finish();
  }
  object.text("LatestStreamLabel", model::stream_label(table.stream->created));
  object.text("LatestStreamArn", model::stream_arn(table.arn, table.stream->created));
}

// A table without indexes of the kind has no list.
void append_indexes(ObjectWriter& object, std::string_view name, const TableDescription& description,
                    model::IndexKind kind) {
  std::string* list = nullptr;
  for (const IndexDescription& index : description.indexes) {
    if (index.index.kind != kind) continue;
    if (list == nullptr) {
      list = &object.member(name);
      list->push_back('[');
    } else {
      list->push_back(',');
    }
    append_index(*list, index, description.table.arn);
  }
  if (list != nullptr) list->push_back(']');
}

}  // namespace

void append_key_schema(std::string& out, const model::KeySchema& key) {
  const auto elements = [&](std::span<const model::KeyAttribute> attributes, std::string_view role) {
    for (const model::KeyAttribute& attribute : attributes) {
      if (out.back() != '[') out.push_back(',');
      ObjectWriter object(out);
      object.text("AttributeName", attribute.name);
      object.text("KeyType", role);
      object.finish();
    }
  };
  out.push_back('[');
  elements(key.partition(), "HASH");
  elements(key.sort(), "RANGE");
  out.push_back(']');
}

void append_table_description(std::string& out, const TableDescription& description) {
  const model::Table& table = description.table;
  ObjectWriter object(out);
  if (!description.brief) {
    append_attribute_definitions(object.member("AttributeDefinitions"), table.attribute_definitions);
  }
  object.text("TableName", table.name);
  if (!description.brief) append_key_schema(object.member("KeySchema"), table.key);
  object.text("TableStatus", name_of(description.status));
  if (!description.brief) object.time("CreationDateTime", table.created);
  append_throughput(object.member("ProvisionedThroughput"), table.throughput, table.throughput_changes);
  object.number("TableSizeBytes", description.size_bytes);
  object.number("ItemCount", description.item_count);
  object.text("TableArn", table.arn);
  object.text("TableId", table.id);
  if (has_billing_summary(table)) {
    append_billing(object.member("BillingModeSummary"), "BillingMode", table);
    append_billing(object.member("TableThroughputModeSummary"), "TableThroughputMode", table);
  }
  if (table.table_class) {
    ObjectWriter summary(object.member("TableClassSummary"));
    summary.text("TableClass", name_of(*table.table_class));
    summary.finish();
  }
  if (!description.brief) {
    append_indexes(object, "LocalSecondaryIndexes", description, model::IndexKind::kLocal);
    append_indexes(object, "GlobalSecondaryIndexes", description, model::IndexKind::kGlobal);
  }
  append_stream(object, table);
  object.flag("DeletionProtectionEnabled", table.deletion_protection);
  if (table.on_demand_throughput) append_on_demand(object.member("OnDemandThroughput"), *table.on_demand_throughput);
  if (description.warm_throughput) append_warm(object.member("WarmThroughput"), *description.warm_throughput);
  object.finish();
}

}  // namespace stator::api
