#include "api/batch_get_item.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"
#include "api/wording.h"
#include "model/value_writer.h"

namespace stator::api {
namespace {

std::string dump(const BatchGetItem::Request& request) {
  std::string out;
  for (const BatchGetItem::TableRequest& table : request.tables) {
    out += fmt::format("{}:", table.table_name);
    for (const model::Item& key : table.keys) out += " " + json_of(key);
    out += text_of(table.projection);
    if (table.consistent) out += " consistent";
    if (!table.parameters.empty()) out += " parameters " + table.parameters;
    out += ";";
  }
  return out + text_of(request.report);
}

std::string get(std::string_view body) {
  return outcome<BatchGetItem>(body, [](const BatchGetItem::Request& request) { return dump(request); });
}

// The keys {"a":{"N":"<first>"}} and so on, without brackets.
std::string keys(int first, int count) {
  std::string out;
  for (int i = first; i < first + count; ++i) {
    out += fmt::format(R"({}{{"a":{{"N":"{}"}}}})", i == first ? "" : ",", i);
  }
  return out;
}

constexpr std::string_view kBadName =
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
    "greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";
constexpr std::string_view kBadCapacity =
    "Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, "
    "TOTAL, NONE]";
constexpr std::string_view kDuplicates = "Provided list of item keys contains duplicates";

const std::vector<DecodeCase>& accepted() {
  static const std::vector<DecodeCase> kCases = {
      {"least", R"({"RequestItems":{"t":{"Keys":[{"a":{"S":"b"}}]}}})", R"(t: {"a":{"S":"b"}};)"},
      {"everything",
       R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{)"
       R"("u":{"Keys":[{"a":{"S":"x"}},{"a":{"S":"y"}}],"ConsistentRead":true,"ProjectionExpression":"#b, c.d",)"
       R"("ExpressionAttributeNames":{"#b":"\"b"}},"t":{"Keys":[{"a":{"S":"x"}}],"ConsistentRead":false}}})",
       R"(u: {"a":{"S":"x"}} {"a":{"S":"y"}} project ["b] [c, d] consistent parameters "ConsistentRead":true,)"
       R"("ProjectionExpression":"#b, c.d","ExpressionAttributeNames":{"#b":"\"b"};)"
       R"(t: {"a":{"S":"x"}} parameters "ConsistentRead":false; report total)"},
      {"attributes to get", R"({"RequestItems":{"t":{"Keys":[{}],"AttributesToGet":["a.b","c"]}}})",
       R"(t: {} project [a.b] [c] parameters "AttributesToGet":["a.b","c"];)"},
      {"arn and short names",
       R"({"RequestItems":{"arn:aws:dynamodb:eu-west-1:123456789012:table/Music":{"Keys":[{}]},"a":{"Keys":[null]}}})",
       "arn:aws:dynamodb:eu-west-1:123456789012:table/Music: {};a: {};"},
      {"the same key of two tables", R"({"RequestItems":{"t":{"Keys":[{}]},"u":{"Keys":[{}]}}})", "t: {};u: {};"},
      {"a number written in two ways is one key",
       R"({"RequestItems":{"t":{"Keys":[{"a":{"N":"1000"}},{"a":{"N":"1"}},{"a":{"N":"1e3"}}]}}})",
       R"(t: {"a":{"N":"1000"}} {"a":{"N":"1"}};)"},
  };
  return kCases;
}

TEST(BatchGetItem, Accepts) {
  for (const auto& [name, body, want] : accepted()) EXPECT_EQ(get(body), want) << name;
}

const std::vector<DecodeCase>& refused() {
  static const std::vector<DecodeCase> kCases = {
      {"no members", "{}",
       enveloped("Value null at 'requestItems' failed to satisfy constraint: Member must not be null")},
      {"no tables", R"({"RequestItems":{}})", "The requestItems parameter is required for BatchGetItem"},
      {"table name before the enumeration",
       R"({"ReturnConsumedCapacity":"x","RequestItems":{"bad!name":{"Keys":[{"pk": {"S":"a"}}]}}})",
       fmt::format("2 validation errors detected: Value '{}' at 'requestItems' failed to satisfy constraint: {}; {}",
                   R"({"bad!name":{"Keys":[{"pk":{"S":"a"}}]}})", kBadName, kBadCapacity)},
      {"no keys", R"({"RequestItems":{"t":{}}})",
       enveloped("Value null at 'requestItems.t.member.keys' failed to satisfy constraint: Member must not be null")},
      {"empty keys", R"({"RequestItems":{"t":{"Keys":[]}}})",
       enveloped("Value at 'RequestItems.t.member.Keys' failed to satisfy constraint: Member must have length greater "
                 "than or equal to 1")},
      {"101 keys", fmt::format(R"({{"RequestItems":{{"t":{{"Keys":[{}]}}}}}})", keys(0, 101)),
       enveloped("Value at 'RequestItems.t.member.Keys' failed to satisfy constraint: Member must have length less "
                 "than or equal to 100")},
      {"101 keys of two tables",
       fmt::format(R"({{"RequestItems":{{"t":{{"Keys":[{}]}},"u":{{"Keys":[{}]}}}}}})", keys(0, 60), keys(0, 41)),
       "Too many items requested for the BatchGetItem call"},
      {"empty attributes to get", R"({"RequestItems":{"t":{"Keys":[{}],"AttributesToGet":[]}}})",
       enveloped("Value '[]' at 'requestItems.t.member.attributesToGet' failed to satisfy constraint: Member must have "
                 "length greater than or equal to 1")},
      {"mixed in two tables",
       R"({"RequestItems":{"t":{"Keys":[{}],"AttributesToGet":["a"]},"u":{"Keys":[{}],"ProjectionExpression":""}}})",
       "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
       "{AttributesToGet} Expression parameters: {ProjectionExpression}"},
      {"names without expression",
       R"({"RequestItems":{"t":{"Keys":[{}],"AttributesToGet":["a"],"ExpressionAttributeNames":{"#a":"b"}}}})",
       "ExpressionAttributeNames can only be specified when using expressions"},
      {"repeated attribute before repeated keys",
       R"({"RequestItems":{"t":{"Keys":[{},{}],"AttributesToGet":["a","a"]}}})",
       "One or more parameter values were invalid: Duplicate value in attribute name: a"},
      {"empty names",
       R"({"RequestItems":{"t":{"Keys":[{}],"ProjectionExpression":"a","ExpressionAttributeNames":{}}}})",
       "ExpressionAttributeNames must not be empty"},
      {"expression before keys", R"({"RequestItems":{"t":{"Keys":[{"a":{"N":"x"}}],"ProjectionExpression":""}}})",
       "Invalid ProjectionExpression: The expression can not be empty;"},
      {"unused names",
       R"({"RequestItems":{"t":{"Keys":[{},{}],"ProjectionExpression":"a","ExpressionAttributeNames":{"#n":"b"}}}})",
       "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"},
      {"a key's value, before duplicates", R"({"RequestItems":{"t":{"Keys":[{},{},{"a":{"N":""}}]}}})",
       "The parameter cannot be converted to a numeric value: "},
      {"duplicates in whatever order",
       R"({"RequestItems":{"t":{"Keys":[{"a":{"S":"1"},"b":{"N":"2"}},{"a":{"S":"2"}},)"
       R"({"b": {"N":"2"},"a":{"S":"1"}}]}}})",
       std::string(kDuplicates)},
      {"duplicates behind another writing",
       R"({"RequestItems":{"t":{"Keys":[{"a":{"N":"1"}},{"a":{"N":"1.0"}},{"a":{"N":"1.0"}}]}}})",
       std::string(kDuplicates)},
      {"first bad table wins", R"({"RequestItems":{"t":{"Keys":[{},{}]},"u":{"Keys":[{}],"ProjectionExpression":""}}})",
       std::string(kDuplicates)},
      {"wrong type of the map", R"({"RequestItems":[]})",
       "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
       "com.amazonaws.dynamodb.v20120810.KeysAndAttributes>"},
      {"wrong type of a table's entry", R"({"RequestItems":{"t":3}})",
       "SerializationException: Unexpected value type in payload"},
      {"wrong type of keys", R"({"RequestItems":{"t":{"Keys":{}}}})",
       "SerializationException: Start of structure or map found where not expected"},
      {"wrong type of a key", R"({"RequestItems":{"t":{"Keys":["a"]}}})",
       "SerializationException: class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to "
       "class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in "
       "module java.base of loader 'bootstrap')"},
  };
  return kCases;
}

TEST(BatchGetItem, RefusesInTheServicesOrder) {
  for (const auto& [name, body, want] : refused()) EXPECT_EQ(get(body), want) << name;
}

TEST(BatchGetItem, TakesAHundredKeys) {
  const std::string want =
      get(fmt::format(R"({{"RequestItems":{{"t":{{"Keys":[{}]}},"u":{{"Keys":[{}]}}}}}})", keys(0, 60), keys(100, 40)));
  EXPECT_TRUE(want.starts_with("t: ")) << want;
  EXPECT_TRUE(want.ends_with(R"({"a":{"N":"139"}};)")) << want;
}

std::string rendered(const BatchGetItem::Response& response) {
  std::string out;
  BatchGetItem::render(response, out);
  return out;
}

model::Item item(std::string_view name, std::string_view text) {
  model::MapWriter writer;
  model::append_string(writer.next(name), text);
  std::string encoded;
  writer.finish(encoded);
  return model::Item(std::move(encoded));
}

TEST(BatchGetItem, RendersEveryTable) {
  EXPECT_EQ(rendered({.tables = {{.table_name = "t",
                                  .items = item("a", "1").encoded() + item("a", "2").encoded(),
                                  .unread = {},
                                  .parameters = {},
                                  .consumed = {}},
                                 {.table_name = "u", .items = {}, .unread = {}, .parameters = {}, .consumed = {}}}}),
            R"({"Responses":{"t":[{"a":{"S":"1"}},{"a":{"S":"2"}}],"u":[]},"UnprocessedKeys":{}})");
}

TEST(BatchGetItem, RendersWhatIsLeftAsItCanBeSentAgain) {
  const ConsumedCapacity consumed{.table_name = "t", .table_units = 1, .local_indexes = {}, .global_indexes = {}};
  EXPECT_EQ(
      rendered(
          {.tables = {{.table_name = "t",
                       .items = {},
                       .unread = {item("a", "1"), item("a", "2")},
                       .parameters = R"("ConsistentRead":true)",
                       .consumed = consumed},
                      {.table_name = "u", .items = {}, .unread = {}, .parameters = "x", .consumed = consumed},
                      {.table_name = "v", .items = {}, .unread = {item("a", "")}, .parameters = {}, .consumed = {}}}}),
      R"({"Responses":{"t":[],"u":[],"v":[]},"UnprocessedKeys":{"t":{"Keys":[{"a":{"S":"1"}},{"a":{"S":"2"}}],)"
      R"("ConsistentRead":true},"v":{"Keys":[{"a":{"S":""}}]}},"ConsumedCapacity":[{"TableName":"t",)"
      R"("CapacityUnits":1.0},{"TableName":"t","CapacityUnits":1.0}]})");
}

}  // namespace
}  // namespace stator::api
