#include "api/query.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"
#include "model/value_writer.h"

namespace stator::api {
namespace {

std::string dump(const Query::Request& request) {
  std::string out = request.table_name + text_of(request.index_name) + " key " + request.key_condition.dump();
  out += text_of(request.filter_is_legacy ? "legacy filter" : "filter", request.filter) + text_of(request.projection);
  if (request.select != Select::kDefault) out += fmt::format(" select {}", static_cast<int>(request.select));
  if (request.limit) out += fmt::format(" limit {}", *request.limit);
  if (!request.forward) out += " backward";
  if (request.consistent) out += " consistent";
  if (request.exclusive_start_key) out += " after " + json_of(*request.exclusive_start_key);
  return out + text_of(request.report);
}

std::string query(std::string_view members) {
  return outcome<Query>(fmt::format(R"({{"TableName":"t"{}{}}})", members.empty() ? "" : ",", members),
                        [](const Query::Request& request) { return dump(request); });
}

constexpr std::string_view kByKey = R"("KeyConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"S":"x"}})";
constexpr std::string_view kOldKey =
    R"("KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]}})";

std::string with_key(std::string_view members) { return fmt::format("{},{}", kByKey, members); }
std::string with_old_key(std::string_view members) { return fmt::format("{},{}", kOldKey, members); }

const std::vector<DecodeCase>& accepted() {
  static const std::vector<DecodeCase> kCases = {
      {"least", std::string(kByKey), R"(t key (= [a] {"S":"x"}))"},
      {"everything",
       R"("IndexName":"idx","KeyConditionExpression":"a = :a","FilterExpression":"b > :b","ProjectionExpression":"#c",)"
       R"("ExpressionAttributeNames":{"#c":"c"},"ExpressionAttributeValues":{":a":{"S":"x"},":b":{"N":"1"}},)"
       R"("Select":"SPECIFIC_ATTRIBUTES","Limit":5,"ScanIndexForward":false,"ConsistentRead":true,)"
       R"("ExclusiveStartKey":{"a":{"S":"x"}},"ReturnConsumedCapacity":"INDEXES")",
       R"(t index idx key (= [a] {"S":"x"}) filter (> [b] {"N":"1"}) project [c] select 3 limit 5 backward consistent )"
       R"(after {"a":{"S":"x"}} report indexes)"},
      {"count", with_key(R"("Select":"COUNT","Limit":2.9)"), R"(t key (= [a] {"S":"x"}) select 4 limit 2)"},
      {"legacy filter",
       with_old_key(R"("QueryFilter":{"b":{"ComparisonOperator":"NULL"},"c":{"ComparisonOperator":"NOT_NULL"}},)"
                    R"("ConditionalOperator":"OR","AttributesToGet":["b"])"),
       R"(t key (and (= [a] {"S":"x"})) legacy filter (or (attribute_not_exists [b]) (attribute_exists [c])) project [b])"},
      {"old key with a new filter", with_old_key(R"("FilterExpression":"attribute_exists(b) ")"),
       R"(t key (and (= [a] {"S":"x"})) filter (attribute_exists [b]))"},
  };
  return kCases;
}

TEST(Query, Accepts) {
  for (const auto& [name, members, want] : accepted()) EXPECT_EQ(query(members), want) << name;
}

const std::vector<DecodeCase>& refused() {
  static const std::vector<DecodeCase> kCases = {
      {"unused values, before the form of the key condition",
       R"("KeyConditionExpression":"a = b","ExpressionAttributeValues":{":a":{"S":"x"}})",
       "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}"},
      {"the form of the key condition", R"("KeyConditionExpression":"a = b")",
       "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
      {"conditional operator, before Select", R"("ConditionalOperator":"XOR","Select":"x")",
       "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"},
      {"constraints are collected",
       R"("Select":"x","IndexName":"a;","ReturnConsumedCapacity":"y","AttributesToGet":[],"Limit":0,)"
       R"("KeyConditions":{"a":{}})",
       "6 validation errors detected: Value 'x' at 'select' failed to satisfy constraint: Member must satisfy enum "
       "value "
       "set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]; Value 'a;' at 'indexName' failed "
       "to "
       "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'indexName' "
       "failed to satisfy constraint: Member must have length greater than or equal to 3; Value 'y' at "
       "'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, "
       "NONE]; Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater than or "
       "equal to 1; Value null at 'keyConditions.a.member.comparisonOperator' failed to satisfy constraint: Member "
       "must "
       "not be null"},
      {"limit", R"("Limit":0)",
       "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater "
       "than "
       "or equal to 1"},
      {"mixed",
       R"("AttributesToGet":["a"],"QueryFilter":{},"ConditionalOperator":"OR","KeyConditions":{},)"
       R"("ProjectionExpression":"","FilterExpression":"","KeyConditionExpression":"")",
       "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
       "{AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} Expression parameters: "
       "{ProjectionExpression, FilterExpression, KeyConditionExpression}"},
      {"names alone", R"("ExpressionAttributeNames":{"#a":"b"})",
       "ExpressionAttributeNames can only be specified when using expressions"},
      {"values with a projection only", R"("ProjectionExpression":"a","ExpressionAttributeValues":{":a":{"S":"b"}})",
       "ExpressionAttributeValues can only be specified when using expressions: FilterExpression and "
       "KeyConditionExpression are null"},
      {"conditional operator alone", R"("ConditionalOperator":"OR")",
       "ConditionalOperator cannot be used without Filter or Expected"},
      {"filter's value, before the missing key condition",
       R"("QueryFilter":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"x"}]}})",
       "The parameter cannot be converted to a numeric value: x"},
      {"filter's count", R"("QueryFilter":{"a":{"ComparisonOperator":"EQ"}})",
       "One or more parameter values were invalid: Invalid number of argument(s) for the EQ ComparisonOperator"},
      {"attributes to get, before the starting key", R"("AttributesToGet":["a","a"],"ExclusiveStartKey":{"a":{}})",
       "One or more parameter values were invalid: Duplicate value in attribute name: a"},
      {"starting key, prefixed", R"("ExclusiveStartKey":{"a":{}})",
       "The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the "
       "supported datatypes"},
      {"starting key, numbers bare", R"("ExclusiveStartKey":{"a":{"N":"x"}})",
       "The parameter cannot be converted to a numeric value: x"},
      {"no key condition, before the maps", R"("FilterExpression":"","ExpressionAttributeValues":{})",
       "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
      {"values bare", R"("KeyConditionExpression":"","ExpressionAttributeValues":{":a":{"SS":["a","a"]}})",
       R"(One or more parameter values were invalid: Input collection ["a", "a"] contains duplicates.)"},
      {"key condition, before the filter", R"("KeyConditionExpression":"","FilterExpression":"")",
       "Invalid KeyConditionExpression: The expression can not be empty;"},
      {"filter, before the projection", with_key(R"("FilterExpression":"","ProjectionExpression":"")"),
       "Invalid FilterExpression: The expression can not be empty;"},
      {"unused, before Select", with_key(R"("ExpressionAttributeNames":{"#a":"b"},"Select":"SPECIFIC_ATTRIBUTES")"),
       "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
      {"specific attributes", with_key(R"("Select":"SPECIFIC_ATTRIBUTES")"),
       "1 validation error detected: Must specify the AttributesToGet or ProjectionExpression when choosing to get "
       "SPECIFIC_ATTRIBUTES"},
      {"projection with all", with_key(R"("Select":"ALL_ATTRIBUTES","ProjectionExpression":"b")"),
       "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"},
      {"attributes to get with count", with_old_key(R"("Select":"COUNT","AttributesToGet":["b"])"),
       "1 validation error detected: Cannot specify the AttributesToGet when choosing to get only the Count"},
      {"all projected without an index", with_key(R"("Select":"ALL_PROJECTED_ATTRIBUTES")"),
       "1 validation error detected: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"},
      {"wrong type of a limit", R"("Limit":"1")",
       "SerializationException: STRING_VALUE cannot be converted to Integer"},
      {"wrong type of a condition", R"("KeyConditions":{"a":[]})",
       "SerializationException: Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Condition"},
  };
  return kCases;
}

TEST(Query, RefusesInTheServicesOrder) {
  for (const auto& [name, members, want] : refused()) EXPECT_EQ(query(members), want) << name;
}

std::string item(std::string_view name) {
  model::MapWriter writer;
  model::append_string(writer.next("a"), name);
  std::string out;
  writer.finish(out);
  return out;
}

TEST(RenderPage, ItemsCountsAndWhereToGoOn) {
  PageResponse page;
  std::string out;
  render_page(page, out);
  EXPECT_EQ(out, R"({"Items":[],"Count":0,"ScannedCount":0})");

  page.items = item("x") + item("y");
  page.count = 2;
  page.scanned_count = 3;
  page.last_evaluated_key = model::Item(item("y"));
  page.consumed = ConsumedCapacity{.table_name = "t", .table_units = 2, .local_indexes = {}, .global_indexes = {}};
  out.clear();
  Query::render(page, out);
  EXPECT_EQ(out, R"({"Items":[{"a":{"S":"x"}},{"a":{"S":"y"}}],"Count":2,"ScannedCount":3,)"
                 R"("LastEvaluatedKey":{"a":{"S":"y"}},"ConsumedCapacity":{"TableName":"t","CapacityUnits":2.0}})");

  out.clear();
  page = {.items = {}, .count_only = true, .count = 7, .scanned_count = 9, .last_evaluated_key = {}, .consumed = {}};
  render_page(page, out);
  EXPECT_EQ(out, R"({"Count":7,"ScannedCount":9})");
}

}  // namespace
}  // namespace stator::api
