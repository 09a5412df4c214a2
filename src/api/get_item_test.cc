#include "api/get_item.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"

namespace stator::api {
namespace {

std::string get(std::string_view body) {
  return outcome<GetItem>(body, [](const GetItem::Request& request) {
    return fmt::format("{} {}{}{}{}", request.table_name, json_of(request.key), request.consistent ? " consistent" : "",
                       text_of(request.projection), text_of(request.report));
  });
}

const std::vector<DecodeCase>& cases() {
  static const std::vector<DecodeCase> kCases = {
      {"least", R"({"TableName":"t","Key":{"a":{"S":"b"}}})", R"(t {"a":{"S":"b"}})"},
      {"everything",
       R"({"TableName":"t","Key":{},"ConsistentRead":true,"ProjectionExpression":"#a.b[0], c",)"
       R"("ExpressionAttributeNames":{"#a":"x.y"},"ReturnConsumedCapacity":"TOTAL"})",
       "t {} consistent project [x.y, b, [0]] [c] report total"},
      {"attributes to get", R"({"TableName":"t","Key":{},"AttributesToGet":["b","a.c"]})", "t {} project [b] [a.c]"},
      {"constraints are collected", R"({"TableName":"t","AttributesToGet":[],"ReturnConsumedCapacity":"x"})",
       "3 validation errors detected: Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
       "satisfy enum value set: [INDEXES, TOTAL, NONE]; Value '[]' at 'attributesToGet' failed to satisfy constraint: "
       "Member must have length greater than or equal to 1; Value null at 'key' failed to satisfy constraint: Member "
       "must not be null"},
      {"mixed", R"({"TableName":"t","Key":{"a":{}},"AttributesToGet":["a"],"ProjectionExpression":""})",
       "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
       "{AttributesToGet} Expression parameters: {ProjectionExpression}"},
      {"names alone", R"({"TableName":"t","Key":{"a":{}},"ExpressionAttributeNames":{"#a":"b"}})",
       "ExpressionAttributeNames can only be specified when using expressions"},
      {"key's value bare, before the attributes",
       R"({"TableName":"t","Key":{"a":{"N":"x"}},"AttributesToGet":["a","a"]})",
       "The parameter cannot be converted to a numeric value: x"},
      {"repeated attribute", R"({"TableName":"t","Key":{},"AttributesToGet":["a","b","a"]})",
       "One or more parameter values were invalid: Duplicate value in attribute name: a"},
      {"names' key, before the expression",
       R"({"TableName":"t","Key":{},"ProjectionExpression":"","ExpressionAttributeNames":{"a":"b"}})",
       "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\""},
      {"empty expression", R"({"TableName":"t","Key":{},"ProjectionExpression":""})",
       "Invalid ProjectionExpression: The expression can not be empty;"},
      {"unused", R"({"TableName":"t","Key":{},"ProjectionExpression":"a","ExpressionAttributeNames":{"#a":"b"}})",
       "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
      {"wrong type", R"({"TableName":"t","Key":{},"ConsistentRead":"perhaps"})",
       "SerializationException: Unexpected token received from parser"},
  };
  return kCases;
}

TEST(GetItem, DecodesInTheServicesOrder) {
  for (const auto& [name, body, want] : cases()) EXPECT_EQ(get(body), want) << name;
}

TEST(GetItem, RendersWhatThereIs) {
  std::string out;
  GetItem::render({}, out);
  EXPECT_EQ(out, "{}");
  GetItem::Response response;
  response.consumed =
      ConsumedCapacity{.table_name = "t", .table_units = 0.5, .local_indexes = {}, .global_indexes = {}};
  out.clear();
  GetItem::render(response, out);
  EXPECT_EQ(out, R"({"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}})");
  response.item.emplace();
  out.clear();
  GetItem::render(response, out);
  EXPECT_EQ(out, R"({"Item":{},"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}})");
}

}  // namespace
}  // namespace stator::api
