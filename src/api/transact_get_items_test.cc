#include "api/transact_get_items.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"
#include "api/wording.h"

namespace stator::api {
namespace {

std::string dump(const TransactGetItems::Request& request) {
  std::string out;
  for (const TransactGetItems::Get& get : request.gets) {
    out += fmt::format("{} {}{};", get.table_name, json_of(get.key), text_of(get.projection));
  }
  return out + text_of(request.report);
}

std::string get(std::string_view body) {
  return outcome<TransactGetItems>(body, [](const TransactGetItems::Request& request) { return dump(request); });
}

std::string gets(int count) {
  std::string out;
  for (int i = 0; i < count; ++i)
    out += fmt::format(R"({}{{"Get":{{"TableName":"t","Key":{{}}}}}})", i == 0 ? "" : ",");
  return fmt::format(R"({{"TransactItems":[{}]}})", out);
}

const std::vector<DecodeCase>& cases() {
  static const std::vector<DecodeCase> kCases = {
      {"least", gets(1), "t {};"},
      {"everything",
       R"({"ReturnConsumedCapacity":"TOTAL","TransactItems":[{"Get":{"TableName":"t","Key":{"a":{"S":"b"}},)"
       R"("ProjectionExpression":"#a","ExpressionAttributeNames":{"#a":"x"}}},{"Get":{"TableName":"u","Key":{}}}]})",
       R"(t {"a":{"S":"b"}} project [x];u {}; report total)"},
      {"names without expression are ignored",
       R"({"TransactItems":[{"Get":{"TableName":"t","Key":{},"ExpressionAttributeNames":{}}}]})", "t {};"},
      {"no members", R"({"ReturnConsumedCapacity":"x"})",
       "2 validation errors detected: Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
       "satisfy enum value set: [INDEXES, TOTAL, NONE]; Value null at 'transactItems' failed to satisfy constraint: "
       "Member must not be null"},
      {"no gets", R"({"TransactItems":[]})",
       enveloped("Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or "
                 "equal to 1")},
      {"what is missing", R"({"TransactItems":[{},{"Get":{}},{"Get":{"TableName":"a!","Key":{}}}]})",
       "4 validation errors detected: Value null at 'transactItems.1.member.get' failed to satisfy constraint: Member "
       "must not be null; Value null at 'transactItems.2.member.get.tableName' failed to satisfy constraint: Member "
       "must not be null; Value null at 'transactItems.2.member.get.key' failed to satisfy constraint: Member must not "
       "be null; Value 'a!' at 'transactItems.3.member.get.tableName' failed to satisfy constraint: Member must "
       "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
      {"value in the older words, before the projection",
       R"({"TransactItems":[{"Get":{"TableName":"t","Key":{"a":{"N":""}},"ProjectionExpression":""}}]})",
       "The parameter cannot be converted to a numeric value"},
      {"bad projection", R"({"TransactItems":[{"Get":{"TableName":"t","Key":{},"ProjectionExpression":"!!"}}]})",
       R"(Invalid ProjectionExpression: Syntax error; token: "!", near: "!!")"},
      {"unused names",
       R"({"TransactItems":[{"Get":{"TableName":"t","Key":{},"ProjectionExpression":"a",)"
       R"("ExpressionAttributeNames":{"#n":"b"}}}]})",
       "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"},
      {"wrong type of the list", R"({"TransactItems":{}})",
       "SerializationException: Start of structure or map found where not expected"},
      {"wrong type of an element", R"({"TransactItems":[[]]})",
       "SerializationException: Unrecognized collection type class com.amazonaws.dynamodb.v20120810.TransactGetItem"},
      {"wrong type of a get", R"({"TransactItems":[{"Get":1}]})", "SerializationException: Unexpected field type"},
  };
  return kCases;
}

TEST(TransactGetItems, Decodes) {
  for (const auto& [name, body, want] : cases()) EXPECT_EQ(get(body), want) << name;
}

TEST(TransactGetItems, TakesAHundred) {
  EXPECT_TRUE(get(gets(100)).starts_with("t {};"));
  const std::string more = get(gets(101));
  EXPECT_TRUE(more.starts_with("1 validation error detected: Value '[TransactGetItem(get=Get(tableName=t, key={})), "))
      << more;
  EXPECT_TRUE(more.ends_with(
      "]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"))
      << more;
}

TEST(TransactGetItems, Renders) {
  std::string out;
  TransactGetItems::render({.items = {model::Item(), std::nullopt}, .consumed = {}}, out);
  EXPECT_EQ(out, R"({"Responses":[{"Item":{}},{}]})");

  out.clear();
  TransactGetItems::render({.items = {std::nullopt},
                            .consumed = {{.table_name = "t",
                                          .table_units = 2,
                                          .local_indexes = {},
                                          .global_indexes = {},
                                          .by_index = true,
                                          .kind = CapacityKind::kRead}}},
                           out);
  EXPECT_EQ(out,
            R"({"Responses":[{}],"ConsumedCapacity":[{"TableName":"t","CapacityUnits":2.0,"ReadCapacityUnits":2.0,)"
            R"("Table":{"CapacityUnits":2.0,"ReadCapacityUnits":2.0}}]})");
}

}  // namespace
}  // namespace stator::api
