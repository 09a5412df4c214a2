// Secondary indexes in CreateTable and in descriptions: what is refused, in which words and order, and what it comes
// to.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "api/create_table.h"
#include "api/index_requests_for_tests.h"

namespace stator::api {
namespace {

// A table on demand, pk and sk its key, with `more`.
std::string table(std::string_view attributes, std::string_view more) {
  return fmt::format(R"({{"TableName":"Music",{},{},"BillingMode":"PAY_PER_REQUEST",{}}})", definitions(attributes),
                     key("pk/sk"), more);
}
std::string with_global(std::string_view attributes, std::string_view indexes) {
  return table(attributes, fmt::format(R"("GlobalSecondaryIndexes":[{}])", indexes));
}
std::string with_local(std::string_view attributes, std::string_view indexes) {
  return table(attributes, fmt::format(R"("LocalSecondaryIndexes":[{}])", indexes));
}
std::string provisioned(std::string_view attributes, std::string_view indexes) {
  return fmt::format(R"({{"TableName":"Music",{},{},{},"GlobalSecondaryIndexes":[{}]}})", definitions(attributes),
                     key("pk/sk"), kThroughput, indexes);
}
std::string many(int count, std::string_view attributes) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + index(fmt::format("index{}", i), attributes);
  return out;
}
std::string including(int count, std::string_view prefix = "n") {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(fmt::format(R"("{}{}")", prefix, i));
  return fmt::format(R"({{"ProjectionType":"INCLUDE","NonKeyAttributes":[{}]}})", fmt::join(names, ","));
}

TEST(IndexRequestTest, AcceptsWhatTheServiceAccepts) {
  check<CreateTable>({
      {"hash only", with_global("pk sk a", index("by-a", "a")), "ok"},
      {"the table's own key", with_global("pk sk", index("twin", "pk/sk")), "ok"},
      {"two of one definition", with_global("pk sk a", index("one", "a/pk") + "," + index("two", "a/pk")), "ok"},
      {"hash here, range there", with_global("pk sk a", index("one", "a/pk") + "," + index("two", "sk/a")), "ok"},
      {"named like the table", with_global("pk sk a", index("Music", "a")), "ok"},
      {"four and four", with_global("pk sk a b c d e f g h", index("wide", "a b c d/e/f/g/h")), "ok"},
      {"local on the table's own sort key", with_local("pk sk", index("by-sk", "pk/sk")), "ok"},
      {"twenty", with_global("pk sk a", many(20, "a")), "ok"},
      {"five local ones", with_local("pk sk a", many(5, "pk/a")), "ok"},
      {"keys named as non-key attributes",
       with_global("pk sk a", index("by-a", "a", R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["a","pk"]})")),
       "ok"},
      {"twenty attributes in each of five",
       [] {
         std::string indexes;
         for (int i = 0; i < 5; ++i)
           indexes += (i == 0 ? "" : ",") + index(fmt::format("index{}", i), "a", including(20));
         return with_global("pk sk a", indexes);
       }(),
       "ok"},
      {"throughput of its own", provisioned("pk sk a", index("by-a", "a", kAll, kThroughput)), "ok"},
      {"a ceiling",
       with_global("pk sk a", index("by-a", "a", kAll, R"("OnDemandThroughput":{"MaxReadRequestUnits":1})")), "ok"},
      {"empty ceilings are none",
       provisioned("pk sk a", index("by-a", "a", kAll, std::string(kThroughput) + R"(,"OnDemandThroughput":{})")),
       "ok"},
      {"throughput of a local index is no member",
       with_local("pk sk a", index("by-a", "pk/a", kAll, R"("ProvisionedThroughput":"x")")), "ok"},
  });
}

TEST(IndexRequestTest, ConstraintsAreCollectedGlobalOnesFirst) {
  const std::string null = "failed to satisfy constraint: Member must not be null";
  const std::string global = "globalSecondaryIndexes.1.member";
  check<CreateTable>({
      {"empty structures", table("pk sk", R"("LocalSecondaryIndexes":[{}],"GlobalSecondaryIndexes":[{}])"),
       fmt::format(
           "6 validation errors detected: Value null at '{0}.keySchema' {1}; Value null at '{0}.projection' {1}; "
           "Value null at '{0}.indexName' {1}; Value null at 'localSecondaryIndexes.1.member.indexName' {1}; "
           "Value null at 'localSecondaryIndexes.1.member.keySchema' {1}; "
           "Value null at 'localSecondaryIndexes.1.member.projection' {1}",
           global, null)},
      {"name: pattern, then length", with_global("pk sk a", index("a;", "a")),
       fmt::format(
           "2 validation errors detected: Value 'a;' at '{0}.indexName' failed to satisfy constraint: Member must "
           "satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at '{0}.indexName' failed to satisfy "
           "constraint: Member must have length greater than or equal to 3",
           global)},
      {"role",
       with_global("pk sk a", R"({"IndexName":"by-a","KeySchema":[{"AttributeName":"a","KeyType":"KEY"}],)"
                              R"("Projection":{"ProjectionType":"ALL"}})"),
       constraint(
           fmt::format("Value 'KEY' at '{}.keySchema.1.member.keyType' failed to satisfy constraint: Member must "
                       "satisfy enum value set: [HASH, RANGE]",
                       global))},
      {"projection", with_global("pk sk a", index("by-a", "a", R"({"ProjectionType":"SOME","NonKeyAttributes":[]})")),
       fmt::format(
           "2 validation errors detected: Value 'SOME' at '{0}.projection.projectionType' failed to satisfy "
           "constraint: Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]; Value '[]' at "
           "'{0}.projection.nonKeyAttributes' failed to satisfy constraint: Member must have length greater than "
           "or equal to 1",
           global)},
      {"21 attributes", with_global("pk sk a", index("by-a", "a", including(21))),
       constraint(
           fmt::format("Value '[n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17, n18, "
                       "n19, n20]' at '{}.projection.nonKeyAttributes' failed to satisfy constraint: Member must "
                       "have length less than or equal to 20",
                       global))},
      {"throughput: writes before reads",
       with_global("pk sk a", index("by-a", "a", kAll,
                                    R"("ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0})")),
       fmt::format(
           "2 validation errors detected: Value '0' at '{0}.provisionedThroughput.writeCapacityUnits' failed to "
           "satisfy constraint: Member must have value greater than or equal to 1; Value '0' at "
           "'{0}.provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value "
           "greater than or equal to 1",
           global)},
      {"three elements of a local key", with_local("pk sk a", index("by-a", "pk/sk/a")),
       constraint(
           "Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, "
           "keyType=RANGE), KeySchemaElement(attributeName=a, keyType=RANGE)]' at "
           "'localSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: Member must have length less "
           "than or equal to 2")},
  });
}

TEST(IndexRequestTest, DefinitionsComeBeforeAllElse) {
  check<CreateTable>({
      {"empty list of local ones", with_local("pk sk", ""), parameter("List of LocalSecondaryIndexes is empty")},
      {"empty list of global ones", with_global("pk sk", ""), parameter("List of GlobalSecondaryIndexes is empty")},
      {"an undefined attribute, before a bad projection", with_global("pk sk", index("by-a", "a", "{}")),
       parameter("Some index key attributes are not defined in AttributeDefinitions. Keys: [a], AttributeDefinitions: "
                 "[pk, sk]")},
      {"a wide key with few definitions", with_global("pk sk", index("wide", "a b c")),
       "Invalid KeySchema: Some index key attribute have no definition"},
      {"an unused definition, before two of one name",
       with_global("pk sk a b", index("by-a", "a") + "," + index("by-a", "a")),
       parameter(
           "Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, a, b], keys used: [pk, sk, a]")},
  });
}

TEST(IndexRequestTest, KeysOfGlobalIndexes) {
  check<CreateTable>({
      {"one name twice", with_global("pk sk a", index("by-a", "a/a")),
       "The KeySchema contains multiple key attributes with the same name"},
      {"range first",
       with_global("pk sk a", R"({"IndexName":"by-a","KeySchema":[{"AttributeName":"a","KeyType":"RANGE"}],)"
                              R"("Projection":{"ProjectionType":"ALL"}})"),
       "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {"hash behind range", with_global("pk sk a", index("by-a", "a/pk sk")),
       parameter("All HASH key attributes must precede RANGE key attributes in the KeySchema")},
      {"five hashes", with_global("pk sk a b c d e", index("wide", "a b c d e")),
       parameter("The KeySchema exceeds the maximum allowed number of HASH key attributes")},
      {"five ranges", with_global("pk sk a b c d e", index("wide", "pk/a/b/c/d/e")),
       parameter("The KeySchema exceeds the maximum allowed number of RANGE key attributes")},
  });
}

TEST(IndexRequestTest, KeysOfLocalIndexes) {
  check<CreateTable>({
      {"one name twice", with_local("pk sk", index("by-a", "pk/pk")),
       "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {"two hashes", with_local("pk sk a", index("by-a", "pk a")),
       "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"},
      {"hash only", with_local("pk sk", index("by-pk", "pk")),
       parameter("Index KeySchema does not have a range key for index: by-pk")},
      {"another hash", with_local("pk sk a", index("by-a", "a/sk")),
       parameter(
           "Index KeySchema does not have the same leading hash key as table KeySchema for index: by-a. index hash "
           "key: a, table hash key: pk")},
      {"a table without a range",
       fmt::format(R"({{"TableName":"Music",{},{},"BillingMode":"PAY_PER_REQUEST","LocalSecondaryIndexes":[{}]}})",
                   definitions("pk a"), key("pk"), index("by-a", "pk/a")),
       parameter("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")},
  });
}

TEST(IndexRequestTest, Projections) {
  const auto projected = [](std::string_view projection) {
    return with_global("pk sk a", index("by-a", "a", projection));
  };
  check<CreateTable>({
      {"none", projected("{}"), parameter("Unknown ProjectionType: null")},
      {"attributes without a type", projected(R"({"NonKeyAttributes":["x"]})"),
       parameter("Unknown ProjectionType: null")},
      {"attributes of all", projected(R"({"ProjectionType":"ALL","NonKeyAttributes":["x"]})"),
       parameter("ProjectionType is ALL, but NonKeyAttributes is specified")},
      {"attributes of none", projected(R"({"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["x"]})"),
       parameter("ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified")},
      {"nothing included", projected(R"({"ProjectionType":"INCLUDE"})"),
       parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")},
      {"an attribute twice", projected(R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["x","y","x"]})"),
       parameter("Duplicate element in NonKeyAttributes: x")},
      {"of a local index", with_local("pk sk a", index("by-a", "pk/a", "{}")),
       parameter("Unknown ProjectionType: null")},
      {"101 over all",
       [] {
         std::string indexes = index("last", "a", including(1));
         for (int i = 0; i < 5; ++i) indexes += "," + index(fmt::format("index{}", i), "a", including(20));
         return with_global("pk sk a", indexes);
       }(),
       parameter("Number of NonKeyAttributes exceeds per-table limit of 100")},
  });
}

TEST(IndexRequestTest, ThroughputNamesAndCounts) {
  check<CreateTable>({
      {"throughput on demand", with_global("pk sk a", index("by-a", "a", kAll, kThroughput)),
       parameter("ProvisionedThroughput should not be specified for index: by-a when BillingMode is PAY_PER_REQUEST")},
      {"provisioned without", provisioned("pk sk a", index("by-a", "a")),
       parameter("ProvisionedThroughput is not specified for index: by-a")},
      {"ceilings of a provisioned one",
       provisioned("pk sk a", index("by-a", "a", kAll,
                                    std::string(kThroughput) + R"(,"OnDemandThroughput":{"MaxWriteRequestUnits":1})")),
       parameter(
           "MaxWriteRequestUnits for OnDemandThroughput for index: by-a cannot be specified when table BillingMode is "
           "PROVISIONED.")},
      {"no ceiling to take away",
       with_global("pk sk a", index("by-a", "a", kAll, R"("OnDemandThroughput":{"MaxReadRequestUnits":-1})")),
       parameter("Requested MaxReadRequestUnits for OnDemandThroughput for index : by-a is outside of valid range")},
      {"out of bounds",
       provisioned("pk sk a",
                   index("by-a", "a", kAll,
                         R"("ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1})")),
       "Given value 1000000000001 for ReadCapacityUnits is out of bounds for index by-a"},
      {"one name twice", with_global("pk sk a", index("by-a", "a") + "," + index("by-a", "a")),
       parameter("Duplicate index name: by-a")},
      {"local and global of one name",
       table("pk sk a", fmt::format(R"("GlobalSecondaryIndexes":[{}],"LocalSecondaryIndexes":[{}])", index("by-a", "a"),
                                    index("by-a", "pk/a"))),
       parameter("Duplicate index name: by-a")},
      {"21", with_global("pk sk a", many(21, "a")),
       parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20")},
      {"six local ones", with_local("pk sk a", many(6, "pk/a")),
       parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5")},
      {"a fault before the count", with_global("pk sk a", many(21, "a") + "," + index("bad", "a", "{}")),
       parameter("Unknown ProjectionType: null")},
  });
}

TEST(IndexRequestTest, DecodesEverything) {
  const std::string text =
      fmt::format(R"({{"TableName":"Music",{},{},{},"GlobalSecondaryIndexes":[{}],"LocalSecondaryIndexes":[{}]}})",
                  definitions("pk sk:N a b:B"), key("pk/sk"), kThroughput,
                  index("by-a", "a b/sk", R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["y","x"]})", kThroughput),
                  index("by-b", "pk/b", R"({"ProjectionType":"KEYS_ONLY"})"));
  const Result<Object> body = parse_body(text);
  ASSERT_TRUE(body);
  const Result<CreateTable::Request> request = CreateTable::decode(*body);
  ASSERT_TRUE(request) << request.error().message;
  model::Index local;
  local.name = "by-b";
  local.kind = model::IndexKind::kLocal;
  local.key = model::KeySchema({{"pk", model::Type::kString}}, {{"b", model::Type::kBinary}});
  local.projection.type = model::ProjectionType::kKeysOnly;
  model::Index global;
  global.name = "by-a";
  global.key =
      model::KeySchema({{"a", model::Type::kString}, {"b", model::Type::kBinary}}, {{"sk", model::Type::kNumber}});
  global.projection = {.type = model::ProjectionType::kInclude, .non_key_attributes = {"y", "x"}};
  global.throughput = {.read_units = 1, .write_units = 2};
  ASSERT_EQ(request->indexes.size(), 2U);
  EXPECT_EQ(request->indexes[0], local);
  EXPECT_EQ(request->indexes[1], global);
}

TEST(IndexDescriptionTest, RendersLocalAndGlobalIndexes) {
  model::Table table;
  table.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music";
  table.key = model::KeySchema({{"pk", model::Type::kString}}, {{"sk", model::Type::kString}});
  table.attribute_definitions = {{"sk", model::Type::kString},
                                 {"b", model::Type::kNumber},
                                 {"pk", model::Type::kString},
                                 {"a", model::Type::kString}};
  IndexDescription local{.item_count = 1, .size_bytes = 2};
  local.index.name = "by-b";
  local.index.kind = model::IndexKind::kLocal;
  local.index.key = model::KeySchema({{"pk", model::Type::kString}}, {{"b", model::Type::kNumber}});
  IndexDescription global{.status = model::TableStatus::kCreating,
                          .backfilling = false,
                          .item_count = 3,
                          .size_bytes = 4,
                          .warm_throughput = model::Throughput{7, 8}};
  global.index.name = "by-a";
  global.index.key = model::KeySchema({{"a", model::Type::kString}});
  global.index.projection = {.type = model::ProjectionType::kInclude, .non_key_attributes = {"y", "x"}};
  global.index.throughput = {5, 6};
  global.index.on_demand_throughput = model::OnDemandThroughput{.max_read_units = 9, .max_write_units = {}};
  TableDescription description{.table = table, .indexes = {global, local}};
  std::string out;
  append_table_description(out, description);
  const std::string_view indexes =
      R"("LocalSecondaryIndexes":[{"IndexName":"by-b","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
      R"({"AttributeName":"b","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"},"IndexSizeBytes":2,"ItemCount":1,)"
      R"("IndexArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music/index/by-b"}],)"
      R"("GlobalSecondaryIndexes":[{"IndexName":"by-a","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x","y"]},"IndexStatus":"CREATING",)"
      R"("Backfilling":false,"ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,)"
      R"("WriteCapacityUnits":6},"IndexSizeBytes":4,"ItemCount":3,)"
      R"("IndexArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music/index/by-a",)"
      R"("OnDemandThroughput":{"MaxReadRequestUnits":9},)"
      R"("WarmThroughput":{"ReadUnitsPerSecond":7,"WriteUnitsPerSecond":8,"Status":"ACTIVE"}}])";
  EXPECT_TRUE(out.contains(indexes)) << out;
  EXPECT_TRUE(out.starts_with(R"({"AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},)"
                              R"({"AttributeName":"b","AttributeType":"N"},{"AttributeName":"pk")"))
      << out;
  description.brief = true;
  out.clear();
  append_table_description(out, description);
  EXPECT_FALSE(out.contains("Index")) << out;
}

}  // namespace
}  // namespace stator::api
