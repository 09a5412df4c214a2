#include "api/batch_write_item.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"
#include "api/wording.h"

namespace stator::api {
namespace {

std::string dump(const BatchWriteItem::Request& request) {
  std::string out;
  for (const BatchWriteItem::TableRequest& table : request.tables) {
    out += fmt::format("{}:", table.table_name);
    for (const BatchWriteItem::Write& write : table.writes) {
      out +=
          write.is_put ? fmt::format(" put {} {}", json_of(write.item), write.size) : " delete " + json_of(write.item);
    }
    out += ";";
  }
  return out + text_of(request.report);
}

std::string write(std::string_view body) {
  return outcome<BatchWriteItem>(body, [](const BatchWriteItem::Request& request) { return dump(request); });
}

// DeleteRequests, without brackets.
std::string deletes(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += fmt::format(R"({}{{"DeleteRequest":{{"Key":{{"a":{{"N":"{}"}}}}}}}})", i == 0 ? "" : ",", i);
  }
  return out;
}

constexpr std::string_view kBadName =
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
    "greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";
constexpr std::string_view kBadCount =
    "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length "
    "greater than or equal to 1]";

const std::vector<DecodeCase>& accepted() {
  static const std::vector<DecodeCase> kCases = {
      {"put and delete, several tables, what to report",
       R"({"ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE","RequestItems":{)"
       R"("u":[{"PutRequest":{"Item":{"a":{"S":"bc"}}}},{"DeleteRequest":{"Key":{"a":{"S":"d"}}}}],)"
       R"("t":[{"PutRequest":{"Item":{}},"Other":1}]}})",
       R"(u: put {"a":{"S":"bc"}} 3 delete {"a":{"S":"d"}};t: put {} 0; report indexes report collection)"},
      {"equal keys are for the table to find",
       R"({"RequestItems":{"t":[{"DeleteRequest":{"Key":{}}},{"DeleteRequest":{"Key":{}}}]}})",
       "t: delete {} delete {};"},
      {"arn", R"({"RequestItems":{"arn:aws:dynamodb:eu-west-1:123456789012:table/T":[{"DeleteRequest":{"Key":{}}}]}})",
       "arn:aws:dynamodb:eu-west-1:123456789012:table/T: delete {};"},
  };
  return kCases;
}

TEST(BatchWriteItem, Accepts) {
  for (const auto& [name, body, want] : accepted()) EXPECT_EQ(write(body), want) << name;
}

const std::vector<DecodeCase>& refused() {
  static const std::vector<DecodeCase> kCases = {
      {"no members", R"({"ReturnItemCollectionMetrics":"b","ReturnConsumedCapacity":"a"})",
       "3 validation errors detected: Value 'a' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
       "satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'b' at 'returnItemCollectionMetrics' failed to satisfy "
       "constraint: Member must satisfy enum value set: [SIZE, NONE]; Value null at 'requestItems' failed to satisfy "
       "constraint: Member must not be null"},
      {"no tables", R"({"RequestItems":{}})", "The requestItems parameter is required for BatchWriteItem"},
      {"no writes", R"({"RequestItems":{"t":[]}})",
       enveloped(fmt::format("Value '{{t=[]}}' at 'requestItems' failed to satisfy constraint: {}", kBadCount))},
      {"table name",
       R"({"RequestItems":{"bad!name":[{"PutRequest":{"Item":{"pk":{"S":"x"},"l":{"L":[{"NULL":true},{"SS":["a","b"]}]},)"
       R"("m":{"M":{"n":{"N":"1"}}}}}},{"DeleteRequest":{"Key":{}}}]}})",
       enveloped(fmt::format(
           "Value '{}' at 'requestItems' failed to satisfy constraint: {}",
           "{bad!name=[WriteRequest(putRequest=PutRequest(item={pk=AttributeValue(s=x), l=AttributeValue(l=["
           "AttributeValue(nULL=true), AttributeValue(sS=[a, b])]), m=AttributeValue(m={n=AttributeValue(n=1)})})), "
           "WriteRequest(deleteRequest=DeleteRequest(key={}))]}",
           kBadName))},
      {"a wrong enumeration before the table's name",
       R"({"ReturnConsumedCapacity":"a","RequestItems":{"bad!name":[]}})",
       enveloped("Value 'a' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value "
                 "set: [INDEXES, TOTAL, NONE]")},
      {"requests without items, both in one",
       R"({"RequestItems":{"t":[{"PutRequest":{}},{"DeleteRequest":{},"PutRequest":{}}]}})",
       "3 validation errors detected: Value null at 'requestItems.t.member.1.member.putRequest.item' failed to satisfy "
       "constraint: Member must not be null; Value null at 'requestItems.t.member.2.member.deleteRequest.key' failed "
       "to satisfy constraint: Member must not be null; Value null at 'requestItems.t.member.2.member.putRequest.item' "
       "failed to satisfy constraint: Member must not be null"},
      {"26 writes of two tables", fmt::format(R"({{"RequestItems":{{"t":[{}],"u":[{}]}}}})", deletes(20), deletes(6)),
       "Too many items requested for the BatchWriteItem call"},
      {"neither", R"({"RequestItems":{"t":[{"PutRequest":{"Item":{}}},{}]}})",
       "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
      {"both", R"({"RequestItems":{"t":[{"PutRequest":{"Item":{}},"DeleteRequest":{"Key":{}}}]}})",
       "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
      {"values in the older words", R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"a":{"SS":["b","b"]}}}}]}})",
       "One or more parameter values were invalid: Input collection [b, b] contains duplicates."},
      {"values in request order",
       R"({"RequestItems":{"t":[{"DeleteRequest":{"Key":{"a":{"N":""}}}},{},{"PutRequest":{"Item":{"a":{}}}}]}})",
       "The parameter cannot be converted to a numeric value"},
      {"wrong type of the map", R"({"RequestItems":[]})",
       "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
       "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>"},
      {"wrong type of a list", R"({"RequestItems":{"t":"x"}})",
       "SerializationException: class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to "
       "class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in "
       "module java.base of loader 'bootstrap')"},
      {"an object for a list", R"({"RequestItems":{"t":{}}})",
       "SerializationException: Start of structure or map found where not expected"},
      {"wrong type of a request", R"({"RequestItems":{"t":[3]}})",
       "SerializationException: Unexpected value type in payload"},
      {"wrong type within a request", R"({"RequestItems":{"t":[{"PutRequest":3}]}})",
       "SerializationException: Unexpected field type"},
  };
  return kCases;
}

TEST(BatchWriteItem, RefusesInTheServicesOrder) {
  for (const auto& [name, body, want] : refused()) EXPECT_EQ(write(body), want) << name;
}

TEST(BatchWriteItem, TakesTwentyFiveWrites) {
  EXPECT_TRUE(write(fmt::format(R"({{"RequestItems":{{"t":[{}]}}}})", deletes(25))).starts_with("t: delete"));
  const std::string more = write(fmt::format(R"({{"RequestItems":{{"t":[{}]}}}})", deletes(26)));
  EXPECT_TRUE(
      more.starts_with("1 validation error detected: Value '{t=[WriteRequest(deleteRequest=DeleteRequest("
                       "key={a=AttributeValue(n=0)})), "))
      << more;
  EXPECT_TRUE(more.ends_with(fmt::format("]}}' at 'requestItems' failed to satisfy constraint: {}", kBadCount)))
      << more;
}

TEST(BatchWriteItem, Renders) {
  std::string out;
  BatchWriteItem::render({.tables = {{.table_name = "t", .consumed = {}, .collections = {}}}, .unprocessed = {}}, out);
  EXPECT_EQ(out, R"({"UnprocessedItems":{}})");

  const ItemCollectionMetrics metrics{.key = {}, .lower_gb = 0, .upper_gb = 1};
  out.clear();
  BatchWriteItem::render(
      {.tables = {{.table_name = "t",
                   .consumed =
                       ConsumedCapacity{.table_name = "t", .table_units = 2, .local_indexes = {}, .global_indexes = {}},
                   .collections = {metrics, metrics}},
                  {.table_name = "u", .consumed = {}, .collections = {}},
                  {.table_name = "v", .consumed = {}, .collections = {metrics}}},
       .unprocessed = {}},
      out);
  EXPECT_EQ(out, R"({"UnprocessedItems":{},"ItemCollectionMetrics":{)"
                 R"("t":[{"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]},)"
                 R"({"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]}],)"
                 R"("v":[{"ItemCollectionKey":{},"SizeEstimateRangeGB":[0.0,1.0]}]},)"
                 R"("ConsumedCapacity":[{"TableName":"t","CapacityUnits":2.0}]})");
}

}  // namespace
}  // namespace stator::api
