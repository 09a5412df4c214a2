#include "api/update_item.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"

namespace stator::api {
namespace {

std::string_view text_of(ReturnValues values) {
  switch (values) {
    case ReturnValues::kNone:
      return "";
    case ReturnValues::kAllOld:
      return " return all old";
    case ReturnValues::kUpdatedOld:
      return " return updated old";
    case ReturnValues::kAllNew:
      return " return all new";
    case ReturnValues::kUpdatedNew:
      break;
  }
  return " return updated new";
}

std::string dump(const UpdateItem::Request& request) {
  return fmt::format("{} {} {}{}{}{}{}", request.table_name, json_of(request.key), request.update.dump(),
                     api::text_of("if", request.condition), text_of(request.return_values),
                     request.return_old_on_failure ? " return old on failure" : "", api::text_of(request.report));
}

std::string update(std::string_view body) {
  return outcome<UpdateItem>(body, [](const UpdateItem::Request& request) { return dump(request); });
}

std::string in_envelope(std::string_view message) { return fmt::format("1 validation error detected: {}", message); }

const std::vector<DecodeCase>& cases() {
  const std::string set_a = expr::Update::none().dump();
  static const std::vector<DecodeCase> kCases = {
      {"no update", R"({"TableName":"t","Key":{"a":{"S":"b"}}})", fmt::format(R"(t {{"a":{{"S":"b"}}}} {})", set_a)},
      {"empty attribute updates", R"({"TableName":"t","Key":{},"AttributeUpdates":{}})",
       fmt::format("t {{}} {}", set_a)},
      {"all new", R"({"TableName":"t","Key":{},"ReturnValues":"ALL_NEW"})",
       fmt::format("t {{}} {} return all new", set_a)},
      {"updated new", R"({"TableName":"t","Key":{},"ReturnValues":"UPDATED_NEW","ReturnConsumedCapacity":"TOTAL"})",
       fmt::format("t {{}} {} return updated new report total", set_a)},
      {"updated old", R"({"TableName":"t","Key":{},"ReturnValues":"UPDATED_OLD"})",
       fmt::format("t {{}} {} return updated old", set_a)},
      {"without a key everything is collected",
       R"({"TableName":"","ReturnValues":"a","ReturnConsumedCapacity":"b","ConditionalOperator":"XOR"})",
       "5 validation errors detected: Value 'b' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
       "satisfy enum value set: [INDEXES, TOTAL, NONE]; Value '' at 'tableName' failed to satisfy constraint: Member "
       "must "
       "have length greater than or equal to 1; Value 'a' at 'returnValues' failed to satisfy constraint: Member must "
       "satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'XOR' at "
       "'conditionalOperator' failed to satisfy constraint: Member must satisfy enum value set: [OR, AND]; Value null "
       "at "
       "'key' failed to satisfy constraint: Member must not be null"},
      {"with a key the table's name stops alone", R"({"TableName":"","Key":{},"ReturnValues":"a"})",
       in_envelope(
           "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal "
           "to 1")},
      {"with a key only the first enum is told",
       R"({"TableName":"t","Key":{},"ReturnValues":"a","ReturnConsumedCapacity":"b"})",
       in_envelope("Value 'a' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: "
                   "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]")},
      {"action", R"({"TableName":"t","Key":{},"AttributeUpdates":{"a":{"Action":"BAD"}}})",
       in_envelope(
           "Value 'BAD' at 'attributeUpdates.a.member.action' failed to satisfy constraint: Member must satisfy "
           "enum value set: [ADD, PUT, DELETE]")},
      {"mixed",
       R"({"TableName":"t","Key":{"a":{}},"AttributeUpdates":{},"Expected":{},"UpdateExpression":"",)"
       R"("ConditionExpression":""})",
       in_envelope("Can not use both expression and non-expression parameters in the same request: Non-expression "
                   "parameters: {AttributeUpdates, Expected} Expression parameters: {UpdateExpression, "
                   "ConditionExpression}")},
      {"mixed across aspects", R"({"TableName":"t","Key":{},"AttributeUpdates":{},"ConditionExpression":"x"})",
       in_envelope("Can not use both expression and non-expression parameters in the same request: Non-expression "
                   "parameters: {AttributeUpdates} Expression parameters: {ConditionExpression}")},
      {"values without expressions", R"({"TableName":"t","Key":{},"ExpressionAttributeValues":{":a":{"S":"x"}}})",
       in_envelope("ExpressionAttributeValues can only be specified when using expressions")},
      {"key's values, before the updates",
       R"({"TableName":"t","Key":{"a":{"SS":[]}},"AttributeUpdates":{"b":{"Value":{"N":"x"}}}})",
       in_envelope("One or more parameter values were invalid: An string set  may not be empty")},
      {"updates' values, before Expected",
       R"({"TableName":"t","Key":{},"AttributeUpdates":{"b":{"Value":{"N":"x"}}},"Expected":{"a":{}}})",
       in_envelope("The parameter cannot be converted to a numeric value: x")},
      {"update without value", R"({"TableName":"t","Key":{},"AttributeUpdates":{"a":{"Action":"PUT"}}})",
       in_envelope(
           "One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is "
           "specified")},
      {"update expression, before the condition",
       R"({"TableName":"t","Key":{},"UpdateExpression":"","ConditionExpression":""})",
       in_envelope("Invalid UpdateExpression: The expression can not be empty;")},
      {"condition", R"({"TableName":"t","Key":{},"UpdateExpression":"REMOVE a","ConditionExpression":""})",
       in_envelope("Invalid ConditionExpression: The expression can not be empty;")},
      {"unused, after both expressions",
       R"({"TableName":"t","Key":{},"UpdateExpression":"REMOVE #a","ConditionExpression":"attribute_exists(#b) ",)"
       R"("ExpressionAttributeNames":{"#a":"x","#b":"y","#c":"z"}})",
       "Value provided in ExpressionAttributeNames unused in expressions: keys: {#c}"},
      {"wrong type of an update", R"({"TableName":"t","Key":{},"AttributeUpdates":{"a":[]}})",
       "SerializationException: Unrecognized collection type class "
       "com.amazonaws.dynamodb.v20120810.AttributeValueUpdate"},
      {"wrong type of an update's value", R"({"TableName":"t","Key":{},"AttributeUpdates":{"a":{"Value":"x"}}})",
       "SerializationException: Unexpected field type"},
  };
  return kCases;
}

TEST(UpdateItem, DecodesInTheServicesOrder) {
  for (const auto& [name, body, want] : cases()) EXPECT_EQ(update(body), want) << name;
}

TEST(UpdateItem, CompilesBothKindsOfUpdateAlike) {
  const std::string expression =
      update(R"({"TableName":"t","Key":{},"UpdateExpression":"SET a = :v REMOVE b","ConditionExpression":"c = :v",)"
             R"("ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})");
  EXPECT_NE(expression.find(R"({"N":"1"})"), std::string::npos) << expression;
  EXPECT_TRUE(expression.ends_with(R"( if (= [c] {"N":"1"}) return old on failure)")) << expression;
  const std::string legacy =
      update(R"({"TableName":"t","Key":{},"AttributeUpdates":{"a":{"Value":{"N":"1"}},"b":{"Action":"DELETE"}},)"
             R"("Expected":{"c":{"Value":{"N":"1"}}}})");
  EXPECT_NE(legacy.find(R"({"N":"1"})"), std::string::npos) << legacy;
  EXPECT_NE(legacy.find(" if "), std::string::npos) << legacy;
}

}  // namespace
}  // namespace stator::api
