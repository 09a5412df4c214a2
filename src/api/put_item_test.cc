#include "api/put_item.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/delete_item.h"
#include "api/outcome_for_tests.h"

namespace stator::api {
namespace {

std::string dump(const PutItem::Request& request) {
  return fmt::format("{} {} {}{}{}{}{}", request.table_name, json_of(request.item), request.item_size,
                     text_of("if", request.condition), request.return_old ? " return old" : "",
                     request.return_old_on_failure ? " return old on failure" : "", text_of(request.report));
}

std::string dump(const DeleteItem::Request& request) {
  return fmt::format("{} {}{}{}{}{}", request.table_name, json_of(request.key), text_of("if", request.condition),
                     request.return_old ? " return old" : "",
                     request.return_old_on_failure ? " return old on failure" : "", text_of(request.report));
}

std::string put(std::string_view body) {
  return outcome<PutItem>(body, [](const PutItem::Request& request) { return dump(request); });
}

std::string del(std::string_view body) {
  return outcome<DeleteItem>(body, [](const DeleteItem::Request& request) { return dump(request); });
}

constexpr std::string_view kEnvelope = "1 validation error detected: ";

std::string in_envelope(std::string_view message) { return fmt::format("{}{}", kEnvelope, message); }

// An item whose size is exactly `size`: the attribute "a".
std::string item_of_size(std::size_t size) {
  return fmt::format(R"({{"a":{{"S":"{}"}}}})", std::string(size - 1, 'x'));
}

const std::vector<DecodeCase>& accepted_puts() {
  static const std::vector<DecodeCase> kCases = {
      {"least", R"({"TableName":"t","Item":{"a":{"S":"b"}}})", R"(t {"a":{"S":"b"}} 2)"},
      {"empty item", R"({"TableName":"t","Item":{}})", "t {} 0"},
      {"arn", R"({"TableName":"arn:aws:dynamodb:eu-west-1:123456789012:table/Music","Item":{}})",
       "arn:aws:dynamodb:eu-west-1:123456789012:table/Music {} 0"},
      {"unknown members are ignored", R"({"Foo":[1],"TableName":"t","Item":{},"Key":3})", "t {} 0"},
      {"everything",
       R"({"TableName":"t","Item":{"a":{"N":"1"}},"ConditionExpression":"#a = :b","ExpressionAttributeNames":{"#a":"x"},)"
       R"("ExpressionAttributeValues":{":b":{"S":"y"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL",)"
       R"("ReturnItemCollectionMetrics":"SIZE","ReturnValuesOnConditionCheckFailure":"ALL_OLD"})",
       R"(t {"a":{"N":"1"}} 3 if (= [x] {"S":"y"}) return old return old on failure report total report collection)"},
      {"nothing asked for",
       R"({"TableName":"t","Item":{},"ReturnValues":"NONE","ReturnConsumedCapacity":"NONE",)"
       R"("ReturnItemCollectionMetrics":"NONE","ReturnValuesOnConditionCheckFailure":"NONE"})",
       "t {} 0"},
      {"indexes", R"({"TableName":"t","Item":{},"ReturnConsumedCapacity":"INDEXES"})", "t {} 0 report indexes"},
      {"expected", R"({"TableName":"t","Item":{},"Expected":{"a":{"Exists":false},"b":{"Value":{"S":"x"}}}})",
       R"(t {} 0 if (and (attribute_not_exists [a]) (= [b] {"S":"x"})))"},
      {"expected or",
       R"({"TableName":"t","Item":{},"ConditionalOperator":"OR","Expected":{"a":{"Exists":"false"},)"
       R"("b":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"1"}]}}})",
       R"(t {} 0 if (or (attribute_not_exists [a]) (> [b] {"N":"1"})))"},
      {"empty expected", R"({"TableName":"t","Item":{},"Expected":{}})", "t {} 0"},
  };
  return kCases;
}

TEST(PutItem, Accepts) {
  for (const auto& [name, body, want] : accepted_puts()) EXPECT_EQ(put(body), want) << name;
}

const std::vector<DecodeCase>& refused_puts() {
  static const std::vector<DecodeCase> kCases = {
      {"no table name", "{}",
       in_envelope("Value null at 'tableName' failed to satisfy constraint: Member must not be null")},
      {"empty table name alone", R"({"TableName":"","ReturnValues":"x"})",
       in_envelope(
           "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal "
           "to 1")},
      {"bad table name alone", R"({"TableName":"a;b","Item":3.5})", "SerializationException: Unexpected field type"},
      {"bad characters", R"({"TableName":"a;b"})",
       in_envelope("Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression "
                   "pattern: [a-zA-Z0-9_.-]+")},
      {"long table name", fmt::format(R"({{"TableName":"{}"}})", std::string(256, 'a')),
       in_envelope(fmt::format("Value '{}' at 'tableName' failed to satisfy constraint: Member must have length less "
                               "than or equal to 255",
                               std::string(256, 'a')))},
      {"no item", R"({"TableName":"t"})",
       in_envelope("Value null at 'item' failed to satisfy constraint: Member must not be null")},
      {"enums are collected",
       R"({"TableName":"t","ReturnValues":"a","ReturnConsumedCapacity":"b","ReturnItemCollectionMetrics":"c",)"
       R"("Expected":{"x":{"ComparisonOperator":"d"}},"ReturnValuesOnConditionCheckFailure":"e"})",
       "6 validation errors detected: Value 'b' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
       "satisfy enum value set: [INDEXES, TOTAL, NONE]; Value null at 'item' failed to satisfy constraint: Member must "
       "not be null; Value 'd' at 'expected.x.member.comparisonOperator' failed to satisfy constraint: Member must "
       "satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, "
       "CONTAINS]; Value 'a' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: "
       "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'c' at 'returnItemCollectionMetrics' failed to "
       "satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]; Value 'e' at "
       "'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: "
       "[ALL_OLD, NONE]"},
      {"conditional operator", R"({"TableName":"t","Item":{},"ConditionalOperator":"XOR","Expected":{}})",
       in_envelope("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")},
      {"mixed, before the item's values",
       R"({"TableName":"t","Item":{"a":{"N":"x"}},"ConditionExpression":"","Expected":{},"ConditionalOperator":"OR"})",
       in_envelope("Can not use both expression and non-expression parameters in the same request: Non-expression "
                   "parameters: {Expected, ConditionalOperator} Expression parameters: {ConditionExpression}")},
      {"names without expression", R"({"TableName":"t","Item":{"a":{}},"ExpressionAttributeNames":{}})",
       in_envelope("ExpressionAttributeNames can only be specified when using expressions")},
      {"values without expression", R"({"TableName":"t","Item":{"a":{}},"ExpressionAttributeValues":{}})",
       in_envelope("ExpressionAttributeValues can only be specified when using expressions")},
      {"conditional operator without expected", R"({"TableName":"t","Item":{},"ConditionalOperator":"OR"})",
       "ConditionalOperator cannot be used without Filter or Expected"},
      {"conditional operator with one expected",
       R"({"TableName":"t","Item":{},"ConditionalOperator":"OR","Expected":{"a":{"Exists":false}}})",
       "ConditionalOperator can only be used when Filter or Expected has two or more elements"},
      {"value in the envelope, before ReturnValues",
       R"({"TableName":"t","Item":{"a":{"N":"x"}},"ReturnValues":"ALL_NEW"})",
       in_envelope("The parameter cannot be converted to a numeric value: x")},
      {"empty value bare", R"({"TableName":"t","Item":{"a":{}}})",
       "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {"return values", R"({"TableName":"t","ReturnValues":"ALL_NEW","Item":{}})",
       in_envelope("ReturnValues can only be ALL_OLD or NONE")},
      {"malformed expected", R"({"TableName":"t","Item":{},"Expected":{"a":{}}})",
       in_envelope(
           "One or more parameter values were invalid: Value must be provided when Exists is null for Attribute: "
           "a")},
      {"first entry of expected wins", R"({"TableName":"t","Item":{},"Expected":{"a":{},"b":{"Value":{"N":"x"}}}})",
       in_envelope(
           "One or more parameter values were invalid: Value must be provided when Exists is null for Attribute: "
           "a")},
      {"form of expected, before its values",
       R"({"TableName":"t","Item":{},"Expected":{"a":{"Exists":false,"Value":{"N":"x"}}}})",
       in_envelope(
           "One or more parameter values were invalid: Value cannot be used when Exists is false for Attribute: a")},
      {"value in expected", R"({"TableName":"t","Item":{},"Expected":{"b":{"Value":{"N":"x"}},"a":{}}})",
       in_envelope("The parameter cannot be converted to a numeric value: x")},
      {"empty names",
       R"({"TableName":"t","Item":{},"ConditionExpression":"","ExpressionAttributeNames":{},)"
       R"("ExpressionAttributeValues":{}})",
       in_envelope("ExpressionAttributeNames must not be empty")},
      {"names' key",
       R"({"TableName":"t","Item":{},"ConditionExpression":"","ExpressionAttributeNames":{"a":"b"},)"
       R"("ExpressionAttributeValues":{}})",
       in_envelope("ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"")},
      {"names' long key",
       fmt::format(
           R"({{"TableName":"t","Item":{{}},"ConditionExpression":"","ExpressionAttributeNames":{{"#{}":"b"}}}})",
           std::string(255, 'a')),
       in_envelope("ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is "
                   "too long; size of key: 256")},
      {"names' empty name",
       R"({"TableName":"t","Item":{},"ConditionExpression":"","ExpressionAttributeNames":{"#a":""}})",
       in_envelope("ExpressionAttributeNames contains invalid value: Empty attribute name for key #a")},
      {"empty values", R"({"TableName":"t","Item":{},"ConditionExpression":"","ExpressionAttributeValues":{}})",
       in_envelope("ExpressionAttributeValues must not be empty")},
      {"values' key",
       R"({"TableName":"t","Item":{},"ConditionExpression":"","ExpressionAttributeValues":{":":{"N":"x"}}})",
       in_envelope("ExpressionAttributeValues contains invalid key: Syntax error; key: \":\"")},
      {"values' value",
       R"({"TableName":"t","Item":{},"ConditionExpression":"","ExpressionAttributeValues":{":a":{"SS":["a","a"]}}})",
       in_envelope(R"(One or more parameter values were invalid: Input collection ["a", "a"] contains duplicates.)")},
      {"empty expression", R"({"TableName":"t","Item":{},"ConditionExpression":""})",
       in_envelope("Invalid ConditionExpression: The expression can not be empty;")},
      {"undefined value, before unused ones",
       R"({"TableName":"t","Item":{},"ConditionExpression":"a = :b","ExpressionAttributeValues":{":c":{"S":"x"}}})",
       in_envelope("Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
                   "attribute value: :b")},
      {"unused value",
       R"({"TableName":"t","Item":{},"ConditionExpression":"attribute_exists(a) ",)"
       R"("ExpressionAttributeValues":{":c":{"S":"x"}}})",
       "Value provided in ExpressionAttributeValues unused in expressions: keys: {:c}"},
      {"wrong type of a condition", R"({"TableName":"t","Item":{},"Expected":{"a":"b"}})",
       "SerializationException: Unexpected value type in payload"},
      {"wrong type within a condition", R"({"TableName":"t","Item":{},"Expected":{"a":{"AttributeValueList":3}}})",
       "SerializationException: Unexpected field type"},
      {"wrong type of the map", R"({"TableName":"t","Item":{},"Expected":[]})",
       "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
       "com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue>"},
  };
  return kCases;
}

TEST(PutItem, RefusesInTheServicesOrder) {
  for (const auto& [name, body, want] : refused_puts()) EXPECT_EQ(put(body), want) << name;
}

TEST(PutItem, TakesItemsUpToTheLimit) {
  EXPECT_TRUE(put(fmt::format(R"({{"TableName":"t","Item":{}}})", item_of_size(409'600))).ends_with("} 409600"));
  EXPECT_TRUE(put(fmt::format(R"({{"TableName":"t","Item":{}}})", item_of_size(409'601))).ends_with("} 409601"));
}

const std::vector<DecodeCase>& deletes() {
  static const std::vector<DecodeCase> kCases = {
      {"least", R"({"TableName":"t","Key":{"a":{"S":"b"}}})", R"(t {"a":{"S":"b"}})"},
      {"everything",
       R"({"TableName":"t","Key":{},"ConditionExpression":"attribute_exists(a) ","ReturnValues":"ALL_OLD",)"
       R"("ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE",)"
       R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})",
       "t {} if (attribute_exists [a]) return old return old on failure report indexes report collection"},
      {"enums are collected, the key after them",
       R"({"TableName":"t","ReturnValues":"a","ReturnConsumedCapacity":"b","ReturnItemCollectionMetrics":"c"})",
       "4 validation errors detected: Value 'b' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
       "satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'a' at 'returnValues' failed to satisfy constraint: "
       "Member "
       "must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'c' at "
       "'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]; "
       "Value null at 'key' failed to satisfy constraint: Member must not be null"},
      {"mixed", R"({"TableName":"t","Key":{"a":{}},"Expected":{},"ConditionExpression":"x"})",
       in_envelope("Can not use both expression and non-expression parameters in the same request: Non-expression "
                   "parameters: {Expected} Expression parameters: {ConditionExpression}")},
      {"key's value, before ReturnValues", R"({"TableName":"t","Key":{"a":{"N":""}},"ReturnValues":"ALL_NEW"})",
       in_envelope("The parameter cannot be converted to a numeric value: ")},
      {"return values, before the condition",
       R"({"TableName":"t","Key":{},"ReturnValues":"UPDATED_NEW","ConditionExpression":""})",
       in_envelope("ReturnValues can only be ALL_OLD or NONE")},
      {"condition", R"({"TableName":"t","Key":{},"ConditionExpression":"a = = b"})",
       in_envelope(R"(Invalid ConditionExpression: Syntax error; token: "=", near: "= = b")")},
  };
  return kCases;
}

TEST(DeleteItem, Decodes) {
  for (const auto& [name, body, want] : deletes()) EXPECT_EQ(del(body), want) << name;
}

TEST(PutItem, RendersWhatThereIs) {
  std::string out;
  PutItem::render({}, out);
  EXPECT_EQ(out, "{}");

  PutItem::Response response;
  response.attributes.emplace();
  response.consumed = ConsumedCapacity{.table_name = "t", .table_units = 1, .local_indexes = {}, .global_indexes = {}};
  response.collection = ItemCollectionMetrics{.key = {}, .lower_gb = 0, .upper_gb = 1};
  out.clear();
  PutItem::render(response, out);
  EXPECT_EQ(out, R"({"Attributes":{},"ConsumedCapacity":{"TableName":"t","CapacityUnits":1.0},)"
                 R"("ItemCollectionMetrics":{"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]}})");

  response.attributes.reset();
  out.clear();
  DeleteItem::render(response, out);
  EXPECT_TRUE(out.starts_with(R"({"ConsumedCapacity":{)")) << out;
}

}  // namespace
}  // namespace stator::api
