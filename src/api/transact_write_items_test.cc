#include "api/transact_write_items.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"
#include "api/wording.h"

namespace stator::api {
namespace {

std::string_view name_of(TransactAction kind) {
  switch (kind) {
    case TransactAction::kPut:
      return "put";
    case TransactAction::kUpdate:
      return "update";
    case TransactAction::kDelete:
      return "delete";
    case TransactAction::kConditionCheck:
      return "check";
  }
  return "";
}

std::string dump(const TransactWriteItems::Request& request) {
  std::string out;
  for (const TransactWriteItems::Action& action : request.actions) {
    out += fmt::format("{} {} {}", name_of(action.kind), action.table_name, json_of(action.item));
    if (action.kind == TransactAction::kPut) out += fmt::format(" {}", action.item_size);
    if (action.update) out += " " + action.update->dump();
    out += text_of("if", action.condition);
    if (action.return_old_on_failure) out += " return old on failure";
    out += ";";
  }
  if (request.token) out += " token " + *request.token;
  return out + text_of(request.report);
}

std::string write(std::string_view body) {
  return outcome<TransactWriteItems>(body, [](const TransactWriteItems::Request& request) { return dump(request); });
}

// The digest of a request of these actions; what is wrong with them if something is.
std::string digest(std::string_view actions, std::string_view others = "") {
  return outcome<TransactWriteItems>(
      fmt::format(R"({{"ClientRequestToken":"x"{},"TransactItems":[{}]}})", others, actions),
      [](const TransactWriteItems::Request& request) { return request.digest; });
}

std::string of(std::string_view actions) { return fmt::format(R"({{"TransactItems":[{}]}})", actions); }

// `count` Puts of items of `bytes`.
std::string puts(int count, std::size_t bytes) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += fmt::format(R"({}{{"Put":{{"TableName":"t","Item":{{"a":{{"S":"{}"}}}}}}}})", i == 0 ? "" : ",",
                       std::string(bytes - 1, 'x'));
  }
  return of(out);
}

const std::vector<DecodeCase>& accepted() {
  static const std::vector<DecodeCase> kCases = {
      {"all kinds",
       of(R"({"Put":{"TableName":"t","Item":{"a":{"S":"b"}}}},)"
          R"({"Update":{"TableName":"u","Key":{"a":{"S":"c"}},"UpdateExpression":"REMOVE b"}},)"
          R"({"Delete":{"TableName":"t","Key":{"a":{"S":"d"}},"UpdateExpression":3}},)"
          R"({"ConditionCheck":{"TableName":"t","Key":{"a":{"S":"e"}},"ConditionExpression":"attribute_exists(a) "}})"),
       R"(put t {"a":{"S":"b"}} 2;update u {"a":{"S":"c"}} (remove [b]);delete t {"a":{"S":"d"}};)"
       R"(check t {"a":{"S":"e"}} if (attribute_exists [a]);)"},
      {"everything of an update",
       R"({"ClientRequestToken":"abc","ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE",)"
       R"("TransactItems":[{"Update":{"TableName":"t","Key":{},"UpdateExpression":"REMOVE #b",)"
       R"("ConditionExpression":"#a = :v","ExpressionAttributeNames":{"#a":"x","#b":"y"},)"
       R"("ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}]})",
       R"(update t {} (remove [y]) if (= [x] {"N":"1"}) return old on failure; token abc report indexes )"
       R"(report collection)"},
      {"names and values without expression are ignored",
       of(R"({"Put":{"TableName":"t","Item":{},"ExpressionAttributeNames":{},"ExpressionAttributeValues":{":":{}}}})"),
       "put t {} 0;"},
      {"equal keys are for the table to find",
       of(R"({"Delete":{"TableName":"t","Key":{}}},{"Delete":{"TableName":"t","Key":{}}})"),
       "delete t {};delete t {};"},
  };
  return kCases;
}

TEST(TransactWriteItems, Accepts) {
  for (const auto& [name, body, want] : accepted()) EXPECT_EQ(write(body), want) << name;
}

const std::vector<DecodeCase>& refused() {
  static const std::vector<DecodeCase> kCases = {
      {"request's members",
       fmt::format(R"({{"ClientRequestToken":"{}","ReturnConsumedCapacity":"a","ReturnItemCollectionMetrics":"b"}})",
                   std::string(37, 'x')),
       fmt::format("4 validation errors detected: Value '{}' at 'clientRequestToken' failed to satisfy constraint: "
                   "Member must have length less than or equal to 36; Value 'a' at 'returnConsumedCapacity' failed to "
                   "satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'b' at "
                   "'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: "
                   "[SIZE, NONE]; Value null at 'transactItems' failed to satisfy constraint: Member must not be null",
                   std::string(37, 'x'))},
      {"no actions, empty token", R"({"ClientRequestToken":"","TransactItems":[]})",
       "2 validation errors detected: Value '' at 'clientRequestToken' failed to satisfy constraint: Member must have "
       "length greater than or equal to 1; Value '[]' at 'transactItems' failed to satisfy constraint: Member must "
       "have "
       "length greater than or equal to 1"},
      {"what is missing",
       of(R"({"Put":{"TableName":"t"},"Delete":{"TableName":"t"}},{"Update":{"TableName":"t","Key":{}}},)"
          R"({"ConditionCheck":{}})"),
       "6 validation errors detected: Value null at 'transactItems.1.member.delete.key' failed to satisfy constraint: "
       "Member must not be null; Value null at 'transactItems.1.member.put.item' failed to satisfy constraint: Member "
       "must not be null; Value null at 'transactItems.2.member.update.updateExpression' failed to satisfy constraint: "
       "Member must not be null; Value null at 'transactItems.3.member.conditionCheck.tableName' failed to satisfy "
       "constraint: Member must not be null; Value null at 'transactItems.3.member.conditionCheck.key' failed to "
       "satisfy constraint: Member must not be null; Value null at "
       "'transactItems.3.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be "
       "null"},
      {"table name and enumeration, before what another action holds",
       of(R"({"Put":{"TableName":"t","Item":{"a":{"N":"x"}}}},)"
          R"({"Put":{"TableName":"bad!name","Item":{},"ReturnValuesOnConditionCheckFailure":"x"}})"),
       "2 validation errors detected: Value 'bad!name' at 'transactItems.2.member.put.tableName' failed to satisfy "
       "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'x' at "
       "'transactItems.2.member.put.returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must "
       "satisfy enum value set: [ALL_OLD, NONE]"},
      {"no operation", of("{}"),
       "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"},
      {"two operations", of(R"({"Put":{"TableName":"t","Item":{}},"Delete":{"TableName":"t","Key":{}}})"),
       "TransactItems can only contain one of Check, Put, Update or Delete"},
      {"first action first",
       of(R"({"Put":{"TableName":"t","Item":{"a":{"SS":["b","b"]}}}},)"
          R"({"Put":{"TableName":"t","Item":{},"ConditionExpression":""}})"),
       "One or more parameter values were invalid: Input collection [b, b] contains duplicates."},
      {"item before expression", of(R"({"Put":{"TableName":"t","Item":{"a":{"N":""}},"ConditionExpression":""}})"),
       "The parameter cannot be converted to a numeric value"},
      {"values are wrapped",
       of(R"({"Delete":{"TableName":"t","Key":{},"ConditionExpression":"","ExpressionAttributeValues":{":v":{"N":"x"}}}})"),
       "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for "
       "key :v"},
      {"empty maps",
       of(R"({"Delete":{"TableName":"t","Key":{},"ConditionExpression":"","ExpressionAttributeNames":{}}})"),
       "ExpressionAttributeNames must not be empty"},
      {"update before condition",
       of(R"({"Update":{"TableName":"t","Key":{},"UpdateExpression":"","ConditionExpression":""}})"),
       "Invalid UpdateExpression: The expression can not be empty;"},
      {"condition check's expression", of(R"({"ConditionCheck":{"TableName":"t","Key":{},"ConditionExpression":""}})"),
       "Invalid ConditionExpression: The expression can not be empty;"},
      {"unused values",
       of(R"({"Update":{"TableName":"t","Key":{},"UpdateExpression":"REMOVE b",)"
          R"("ExpressionAttributeValues":{":v":{"N":"1"}}}})"),
       "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"},
      {"wrong type of an element", of("3"), "SerializationException: Unexpected value type in payload"},
      {"wrong type of an action", of(R"({"Put":[]})"),
       "SerializationException: Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Put"},
  };
  return kCases;
}

TEST(TransactWriteItems, RefusesInTheServicesOrder) {
  for (const auto& [name, body, want] : refused()) EXPECT_EQ(write(body), want) << name;
}

TEST(TransactWriteItems, TakesAHundredActions) {
  EXPECT_TRUE(write(puts(100, 5)).starts_with("put t "));
  const std::string more = write(puts(101, 5));
  EXPECT_TRUE(
      more.starts_with("1 validation error detected: Value '[TransactWriteItem(put=Put(tableName=t, "
                       "item={a=AttributeValue(s=xxxx)})), "))
      << more;
  EXPECT_TRUE(more.ends_with(
      "]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"))
      << more;
}

TEST(TransactWriteItems, TakesFourMegabytes) {
  EXPECT_TRUE(write(puts(16, 256 * 1024)).starts_with("put t "));
  EXPECT_EQ(write(puts(16, 256 * 1024 + 1)), "Transaction payload size cannot exceed 4MB. Payload Size: 4194320");
}

constexpr std::string_view kUpdate =
    R"({"Update":{"TableName":"t","Key":{"a":{"N":"1"},"b":{"S":"x"}},"UpdateExpression":"SET #c = :c, #d = :d",)"
    R"("ExpressionAttributeNames":{"#c":"c","#d":"d"},"ExpressionAttributeValues":{":c":{"N":"1"},":d":{"N":"2"}}}})";

TEST(TransactWriteItems, TheDigestIsTheSameForTheSameActions) {
  const std::string want = digest(kUpdate);
  EXPECT_EQ(want.size(), 32U);
  struct Case {
    std::string_view name;
    std::string_view actions;
    std::string_view others;
  };
  for (
      const auto& [name, actions, others] : {
          Case{
              "other order and writing",
              R"({"Update":{"ExpressionAttributeValues":{":d":{"N":"2.0"},":c":{"N":"1"}},)"
              R"("ExpressionAttributeNames":{"#d":"d","#c":"c"},"UpdateExpression":"SET #c = :c, #d = :d",)"
              R"("Key":{"b":{"S":"x"},"a":{"N":"1e0"}},"ReturnValuesOnConditionCheckFailure":"NONE","TableName":"t"}})",
              ""},
          Case{"what to report", kUpdate,
               R"(,"ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE","ClientRequestToken":"y")"},
      }) {
    EXPECT_EQ(digest(actions, others), want) << name;
  }
}

TEST(TransactWriteItems, TheDigestTellsRequestsApart) {
  const std::vector<std::string_view> kDifferent = {
      kUpdate,
      R"({"Put":{"TableName":"t","Item":{}}})",
      R"({"Delete":{"TableName":"t","Key":{}}})",
      R"({"Delete":{"TableName":"u","Key":{}}})",
      R"({"Delete":{"TableName":"t","Key":{"a":{"S":"1"}}}})",
      R"({"Delete":{"TableName":"t","Key":{"a":{"N":"1"}}}})",
      R"({"Delete":{"TableName":"t","Key":{}}},{"Delete":{"TableName":"t","Key":{}}})",
      R"({"Delete":{"TableName":"t","Key":{},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})",
      R"({"Delete":{"TableName":"t","Key":{},"ConditionExpression":"attribute_exists(a) "}})",
      R"({"ConditionCheck":{"TableName":"t","Key":{},"ConditionExpression":"attribute_exists(a) "}})",
      R"({"Delete":{"TableName":"t","Key":{},"ConditionExpression":"#a=:b","ExpressionAttributeNames":{"#a":"a"},)"
      R"("ExpressionAttributeValues":{":b":{"S":"1"}}}})",
      R"({"Delete":{"TableName":"t","Key":{},"ConditionExpression":"#a=:b","ExpressionAttributeNames":{"#a":"b"},)"
      R"("ExpressionAttributeValues":{":b":{"S":"1"}}}})",
      R"({"Delete":{"TableName":"t","Key":{},"ConditionExpression":"#a=:b","ExpressionAttributeNames":{"#a":"a"},)"
      R"("ExpressionAttributeValues":{":b":{"S":"2"}}}})",
  };
  for (std::size_t i = 0; i < kDifferent.size(); ++i) {
    EXPECT_EQ(digest(kDifferent[i]).size(), 32U) << digest(kDifferent[i]);
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(digest(kDifferent[i]), digest(kDifferent[j])) << kDifferent[i] << " and " << kDifferent[j];
    }
  }
}

TEST(TransactWriteItems, Renders) {
  std::string out;
  TransactWriteItems::render({}, out);
  EXPECT_EQ(out, "{}");

  const ItemCollectionMetrics metrics{.key = {}, .lower_gb = 0, .upper_gb = 1};
  const ConsumedCapacity consumed{.table_name = "t",
                                  .table_units = 4,
                                  .local_indexes = {},
                                  .global_indexes = {},
                                  .by_index = false,
                                  .kind = CapacityKind::kWrite};
  out.clear();
  TransactWriteItems::render({.consumed = {consumed}, .collections = {}}, out);
  EXPECT_EQ(out, R"({"ConsumedCapacity":[{"TableName":"t","CapacityUnits":4.0,"WriteCapacityUnits":4.0}]})");

  out.clear();
  TransactWriteItems::render({.consumed = {consumed}, .collections = {{"t", {metrics}}, {"u", {metrics, metrics}}}},
                             out);
  EXPECT_EQ(out, R"({"ItemCollectionMetrics":{"t":[{"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]}],)"
                 R"("u":[{"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]},)"
                 R"({"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]}]},)"
                 R"("ConsumedCapacity":[{"TableName":"t","CapacityUnits":4.0,"WriteCapacityUnits":4.0}]})");
}

}  // namespace
}  // namespace stator::api
