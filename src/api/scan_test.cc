#include "api/scan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"

namespace stator::api {
namespace {

std::string dump(const Scan::Request& request) {
  std::string out = request.table_name + text_of(request.index_name) + text_of("filter", request.filter) +
                    text_of(request.projection);
  if (request.select != Select::kDefault) out += fmt::format(" select {}", static_cast<int>(request.select));
  if (request.limit) out += fmt::format(" limit {}", *request.limit);
  if (request.total_segments != 1) out += fmt::format(" segment {}/{}", request.segment, request.total_segments);
  if (request.consistent) out += " consistent";
  if (request.exclusive_start_key) out += " after " + json_of(*request.exclusive_start_key);
  return out + text_of(request.report);
}

std::string scan(std::string_view members) {
  return outcome<Scan>(fmt::format(R"({{"TableName":"t"{}{}}})", members.empty() ? "" : ",", members),
                       [](const Scan::Request& request) { return dump(request); });
}

// Members of ExpressionAttributeNames of 64 KB each.
std::string long_names(int count) {
  std::string members;
  for (int i = 0; i < count; ++i) {
    members += fmt::format(R"({}"#{}":"{}")", i == 0 ? "" : ",", i, std::string(65'535, 'x'));
  }
  return members;
}

const std::vector<DecodeCase>& cases() {
  static const std::vector<DecodeCase> kCases = {
      {"least", "", "t"},
      {"everything",
       R"("IndexName":"idx","FilterExpression":"#b = :b","ProjectionExpression":"c","ExpressionAttributeNames":{"#b":"b"},)"
       R"("ExpressionAttributeValues":{":b":{"N":"1"}},"Limit":7,"Segment":1,"TotalSegments":4,"ConsistentRead":true,)"
       R"("ExclusiveStartKey":{"a":{"S":"x"}},"ReturnConsumedCapacity":"TOTAL","Select":"SPECIFIC_ATTRIBUTES")",
       R"(t index idx filter (= [b] {"N":"1"}) project [c] select 3 limit 7 segment 1/4 consistent )"
       R"(after {"a":{"S":"x"}} report total)"},
      {"legacy",
       R"("ScanFilter":{"b":{"ComparisonOperator":"NOT_NULL"}},"AttributesToGet":["a"],"Select":"SPECIFIC_ATTRIBUTES")",
       "t filter (and (attribute_exists [b])) project [a] select 3"},
      {"constraints are collected",
       R"("Select":"x","TotalSegments":1000001,"ConditionalOperator":"XOR","Segment":-1,"Limit":0,"AttributesToGet":[])",
       "6 validation errors detected: Value 'x' at 'select' failed to satisfy constraint: Member must satisfy enum "
       "value "
       "set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]; Value '1000001' at "
       "'totalSegments' "
       "failed to satisfy constraint: Member must have value less than or equal to 1000000; Value 'XOR' at "
       "'conditionalOperator' failed to satisfy constraint: Member must satisfy enum value set: [OR, AND]; Value '-1' "
       "at "
       "'segment' failed to satisfy constraint: Member must have value greater than or equal to 0; Value '0' at "
       "'limit' "
       "failed to satisfy constraint: Member must have value greater than or equal to 1; Value '[]' at "
       "'attributesToGet' "
       "failed to satisfy constraint: Member must have length greater than or equal to 1"},
      {"mixed", R"("AttributesToGet":["a"],"ScanFilter":{},"FilterExpression":"","ProjectionExpression":"")",
       "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
       "{AttributesToGet, ScanFilter} Expression parameters: {ProjectionExpression, FilterExpression}"},
      {"values with a projection only", R"("ProjectionExpression":"a","ExpressionAttributeValues":{":a":{"S":"b"}})",
       "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"},
      {"conditional operator with one condition",
       R"("ConditionalOperator":"OR","ScanFilter":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"x"}]}})",
       "ConditionalOperator can only be used when Filter or Expected has two or more elements"},
      {"attributes to get, before the filter",
       R"("AttributesToGet":["a","a"],"ScanFilter":{"a":{"ComparisonOperator":"EQ"}})",
       "One or more parameter values were invalid: Duplicate value in attribute name: a"},
      {"filter, before the starting key",
       R"("ScanFilter":{"a":{"ComparisonOperator":"LT","AttributeValueList":[{"SS":["a"]}]}},"ExclusiveStartKey":{"a":{}})",
       "One or more parameter values were invalid: ComparisonOperator LT is not valid for SS AttributeValue type"},
      {"starting key in the older words, before the segments",
       R"("ExclusiveStartKey":{"a":{"NS":["1","1"]}},"Segment":0)", "Input collection contains duplicates"},
      {"segment alone", R"("Segment":0,"FilterExpression":"")",
       "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
      {"total alone", R"("TotalSegments":2)",
       "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"},
      {"segment too high", R"("Segment":5,"TotalSegments":5)",
       "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than "
       "TotalSegments: 5"},
      {"values are wrapped", R"("FilterExpression":"a = :a","ExpressionAttributeValues":{":a":{"SS":["b","a","b"]}})",
       "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: Input collection "
       "[b, "
       "a, b] contains duplicates. for key :a"},
      {"empty names are wrapped",
       R"("FilterExpression":"a = :a","ExpressionAttributeValues":{":a":{"M":{"":{"S":"a"}}}})",
       "ExpressionAttributeValues contains invalid value: Empty attribute name for key :a"},
      {"empty number is wrapped", R"("FilterExpression":"a = :a","ExpressionAttributeValues":{":a":{"N":""}})",
       "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value for key "
       ":a"},
      {"false null is not", R"("FilterExpression":"a = :a","ExpressionAttributeValues":{":a":{"NULL":false}})",
       "One or more parameter values were invalid: Null attribute value types must have the value of true"},
      {"values of two megabytes, without their use",
       fmt::format(R"("FilterExpression":"size(:a) > b","ExpressionAttributeValues":{{":a":{{"S":"{}"}}}})",
                   std::string(2 * 1024 * 1024 - 2, 'x')),
       R"(t filter (> {"N":"2097150"} [b]))"},
      {"values beyond, before the filter",
       fmt::format(R"("FilterExpression":"","ExpressionAttributeValues":{{":a":{{"S":"{}"}},":b":{{"B":"AA=="}}}})",
                   std::string(2 * 1024 * 1024 - 4, 'x')),
       "ExpressionAttributeValues exceeds max size"},
      {"a value in error, before their size",
       fmt::format(R"("FilterExpression":"","ExpressionAttributeValues":{{":a":{{"S":"{}"}},":b":{{"N":"x"}}}})",
                   std::string(2 * 1024 * 1024, 'x')),
       "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for "
       "key :b"},
      {"no name at all", R"("FilterExpression":"","ExpressionAttributeNames":{"":"a"})",
       "ExpressionAttributeNames contains invalid key: The expression attribute map contains an empty key;"},
      {"a value without name", R"("FilterExpression":"","ExpressionAttributeValues":{"":{"S":"a"}})",
       "ExpressionAttributeValues contains invalid key: The expression attribute map contains an empty key;"},
      {"long name",
       fmt::format(R"("FilterExpression":"","ExpressionAttributeNames":{{"#a":"{}"}})", std::string(65'536, 'x')),
       "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes "
       "for key #a"},
      {"many long names", fmt::format(R"("FilterExpression":"","ExpressionAttributeNames":{{{}}})", long_names(33)),
       "ExpressionAttributeNames exceeds max size"},
      {"fewer long names", fmt::format(R"("FilterExpression":"","ExpressionAttributeNames":{{{}}})", long_names(31)),
       "Invalid FilterExpression: The expression can not be empty;"},
      {"filter, before the projection", R"("FilterExpression":"","ProjectionExpression":"")",
       "Invalid FilterExpression: The expression can not be empty;"},
      {"projection, before Select", R"("ProjectionExpression":"","Select":"COUNT")",
       "Invalid ProjectionExpression: The expression can not be empty;"},
      {"projection with count", R"("ProjectionExpression":"a","Select":"COUNT")",
       "Cannot specify the ProjectionExpression when choosing to get only the Count"},
      {"specific attributes", R"("Select":"SPECIFIC_ATTRIBUTES")",
       "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
  };
  return kCases;
}

TEST(Scan, DecodesInTheServicesOrder) {
  for (const auto& [name, members, want] : cases()) EXPECT_EQ(scan(members), want) << name;
}

}  // namespace
}  // namespace stator::api
