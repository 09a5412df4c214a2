#include "api/create_table.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"

namespace stator::api {
namespace {

constexpr std::string_view kParameter = "One or more parameter values were invalid: ";

// A good request with `more` in it, which replaces members of the same names.
std::string with(std::string_view more) {
  constexpr std::string_view kMembers[] = {
      R"("TableName":"Music")",
      R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}])",
      R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}])",
      R"("BillingMode":"PAY_PER_REQUEST")",
  };
  std::string body = "{";
  for (const std::string_view member : kMembers) {
    if (!more.contains(member.substr(0, member.find(':') + 1))) body.append(member).append(",");
  }
  body.append(more);
  if (body.back() == ',') body.pop_back();
  return body + "}";
}

constexpr std::string_view kTwo =
    R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}])";

void check(const std::vector<DecodeCase>& rows) {
  for (const DecodeCase& row : rows) {
    EXPECT_EQ(outcome<CreateTable>(row.body, [](const auto&) { return "ok"; }), row.want) << row.name;
  }
}

std::string parameter(std::string_view text) { return fmt::format("{}{}", kParameter, text); }
std::string constraint(std::string_view text) { return fmt::format("1 validation error detected: {}", text); }

TEST(CreateTableTest, AcceptsWhatTheServiceAccepts) {
  check({
      {"hash only", with(""), "ok"},
      {"hash and range",
       with(std::string(kTwo) + R"(,"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
                                R"({"AttributeName":"sk","KeyType":"RANGE"}])"),
       "ok"},
      {"provisioned",
       with(R"("BillingMode":"PROVISIONED","ProvisionedThroughput":)"
            R"({"ReadCapacityUnits":5,"WriteCapacityUnits":6})"),
       "ok"},
      {"no billing mode is provisioned",
       with(R"("BillingMode":null,"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6})"), "ok"},
      {"name of three", with(R"("TableName":"a.-")"), "ok"},
      {"an ARN", with(R"("TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Music")"), "ok"},
      {"stream off", with(R"("StreamSpecification":{"StreamEnabled":false})"), "ok"},
      {"stream on", with(R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})"), "ok"},
      {"encryption off", with(R"("SSESpecification":{"Enabled":false})"), "ok"},
      {"empty encryption", with(R"("SSESpecification":{})"), "ok"},
      {"no tags", with(R"("Tags":[])"), "ok"},
      {"tag with an empty value", with(R"("Tags":[{"Key":"a","Value":""}])"), "ok"},
      {"empty ceilings", with(R"("OnDemandThroughput":{})"), "ok"},
      {"one ceiling", with(R"("OnDemandThroughput":{"MaxReadRequestUnits":1})"), "ok"},
      {"unknown member", with(R"("Colour":"red")"), "ok"},
  });
}

TEST(CreateTableTest, TableName) {
  const std::string required = "The parameter 'TableName' is required but was not present in the request";
  const auto at = [](std::string_view name, std::string_view problem) {
    return fmt::format("Value '{}' at 'tableName' failed to satisfy constraint: {}", name, problem);
  };
  const std::string pattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
  check({
      {"absent", "{}", required},
      {"null", R"({"TableName":null})", required},
      {"alone, whatever else is wrong", R"({"TableName":"ab"})",
       constraint(at("ab", "Member must have length greater than or equal to 3"))},
      {"empty", R"({"TableName":""})", constraint(at("", "Member must have length greater than or equal to 3"))},
      {"pattern", R"({"TableName":"abc;"})", constraint(at("abc;", pattern))},
      {"pattern, then length", R"({"TableName":"x!"})",
       "2 validation errors detected: " + at("x!", pattern) + "; " +
           at("x!", "Member must have length greater than or equal to 3")},
      {"256 characters", fmt::format(R"({{"TableName":"{}"}})", std::string(256, 'a')),
       constraint(at(std::string(256, 'a'), "Member must have length less than or equal to 255"))},
      {"ARN of a stream", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:stream/Music"})",
       constraint(at("arn:aws:dynamodb:us-east-1:000000000000:stream/Music", "Invalid resource type"))},
      {"ARN with a short name", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/ab"})",
       constraint(at("arn:aws:dynamodb:us-east-1:000000000000:table/ab",
                     "Table name of ARN must have length greater than or equal to 3"))},
      {"ARN cut short", R"({"TableName":"arn:aws:dynamodb"})",
       constraint(at("arn:aws:dynamodb",
                     "Valid ARN format is 'arn:<awsPartition>:<vendor>:<region>:<subscriber>:resourceType/resourceName'"
                     ", where Resource name must have length less than or equal to 255, Resource name must have length "
                     "greater than or equal to 3, Resource name must satisfy regular expression pattern: "
                     "[a-zA-Z0-9_.-]+"))},
      {"wrong type", R"({"TableName":5})", "SerializationException: NUMBER_VALUE cannot be converted to String"},
  });
}

TEST(CreateTableTest, ConstraintsAreCollected) {
  check({
      {"nothing but a name", R"({"TableName":"Music"})",
       "2 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must "
       "not be null; Value null at 'keySchema' failed to satisfy constraint: Member must not be null"},
      {"empty key schema", with(R"("KeySchema":[])"),
       constraint("Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or "
                  "equal to 1")},
      {"three key elements",
       with(R"("KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"},)"
            R"({"AttributeName":"c","KeyType":"RANGE"}])"),
       constraint("Value '[KeySchemaElement(attributeName=a, keyType=HASH), KeySchemaElement(attributeName=b, "
                  "keyType=RANGE), KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' failed to satisfy "
                  "constraint: Member must have length less than or equal to 2")},
      {"types and roles in the model's order",
       with(R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"BOOL"}],"BillingMode":"FREE",)"
            R"("KeySchema":[{"AttributeName":"pk","KeyType":"PRIMARY"}])"),
       "3 validation errors detected: Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
       "constraint: Member must satisfy enum value set: [B, N, S]; Value 'FREE' at 'billingMode' failed to satisfy "
       "constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]; Value 'PRIMARY' at "
       "'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]"},
      {"empty structures", with(R"("AttributeDefinitions":[{}],"KeySchema":[{}])"),
       "4 validation errors detected: Value null at 'attributeDefinitions.1.member.attributeName' failed to satisfy "
       "constraint: Member must not be null; Value null at 'attributeDefinitions.1.member.attributeType' failed to "
       "satisfy constraint: Member must not be null; Value null at 'keySchema.1.member.attributeName' failed to "
       "satisfy "
       "constraint: Member must not be null; Value null at 'keySchema.1.member.keyType' failed to satisfy constraint: "
       "Member must not be null"},
      {"writes before reads", with(R"("ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":-1})"),
       "2 validation errors detected: Value '-1' at 'provisionedThroughput.writeCapacityUnits' failed to satisfy "
       "constraint: Member must have value greater than or equal to 1; Value '0' at "
       "'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or "
       "equal to 1"},
      {"empty throughput", with(R"("ProvisionedThroughput":{})"),
       "2 validation errors detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy "
       "constraint: Member must not be null; Value null at 'provisionedThroughput.readCapacityUnits' failed to satisfy "
       "constraint: Member must not be null"},
      {"the other name of BillingMode", with(R"("TableThroughputMode":"BOGUS")"),
       constraint("Value 'BOGUS' at 'tableThroughputMode' failed to satisfy constraint: Member must satisfy enum value "
                  "set: [PROVISIONED, PAY_PER_REQUEST]")},
      {"stream without saying", with(R"("StreamSpecification":{})"),
       constraint("Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be "
                  "null")},
      {"stream of an unknown view",
       with(R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"new_image"})"),
       constraint("Value 'new_image' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must "
                  "satisfy enum value set: [OLD_IMAGE, KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE]")},
      {"constraints before rules", with(R"("BillingMode":"PROVISIONED","KeySchema":[])"),
       constraint("Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or "
                  "equal to 1")},
      {"a list that is none", with(R"("KeySchema":"pk")"), "SerializationException: Unexpected field type"},
      {"a structure that is none", with(R"("KeySchema":["pk"])"),
       "SerializationException: Unexpected value type in payload"},
  });
}

TEST(CreateTableTest, RulesAcrossMembersInOrder) {
  check({
      {"on demand with throughput",
       with(R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},"AttributeDefinitions":[])"),
       parameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                 "PAY_PER_REQUEST")},
      {"provisioned without", with(R"("BillingMode":"PROVISIONED","AttributeDefinitions":[])"),
       parameter("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")},
      {"out of bounds, reads first",
       with(R"("BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,)"
            R"("WriteCapacityUnits":1000000000002},"AttributeDefinitions":[])"),
       "Given value 1000000000001 for ReadCapacityUnits is out of bounds"},
      {"table class in words of its own", with(R"("TableClass":"GOLD")"),
       "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
       "STANDARD_INFREQUENT_ACCESS]."},
      {"a definition twice",
       with(R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
            R"({"AttributeName":"pk","AttributeType":"N"}])"),
       "Attribute Name is duplicated: pk"},
      {"no definitions", with(R"("AttributeDefinitions":[])"),
       "Invalid KeySchema: Some index key attribute have no definition"},
      {"another definition", with(R"("AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"}])"),
       parameter("Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], "
                 "AttributeDefinitions: [PK]")},
      {"one name twice",
       with(std::string(kTwo) +
            R"(,"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"pk","KeyType":"RANGE"}])"),
       "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {"range only", with(R"("KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}])"),
       "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {"two hashes",
       with(std::string(kTwo) +
            R"(,"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"HASH"}])"),
       "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"},
      {"unused definition", with(kTwo),
       parameter("Number of attributes in KeySchema does not exactly match number of attributes defined in "
                 "AttributeDefinitions")},
      {"view of no stream", with(R"("StreamSpecification":{"StreamEnabled":false,"StreamViewType":"KEYS_ONLY"})"),
       parameter("Table is being created with a stream disabled, UpdateViewType should not be specified")},
      {"stream without a view", with(R"("StreamSpecification":{"StreamEnabled":true})"),
       parameter("Table is being created with a stream enabled, UpdateViewType is required")},
      {"AES256", with(R"("SSESpecification":{"Enabled":true,"SSEType":"AES256"})"),
       parameter("SSEType AES256 is not supported")},
      {"ceilings of a provisioned table",
       with(R"("BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},)"
            R"("OnDemandThroughput":{"MaxReadRequestUnits":1,"MaxWriteRequestUnits":1})"),
       parameter("MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is "
                 "PROVISIONED.")},
      {"ceiling of none", with(R"("OnDemandThroughput":{"MaxWriteRequestUnits":-1})"),
       parameter("Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range")},
  });
}

TEST(CreateTableTest, RefusesWhatItDoesNotHave) {
  check({
      {"encryption", with(R"("SSESpecification":{"Enabled":true})"), "Stator does not support SSESpecification yet"},
      {"a key", with(R"("SSESpecification":{"SSEType":"KMS","KMSMasterKeyId":"k"})"),
       "Stator does not support SSESpecification yet"},
      {"warm throughput", with(R"("WarmThroughput":{"ReadUnitsPerSecond":1})"),
       "Stator does not support WarmThroughput yet"},
      {"a policy", with(R"("ResourcePolicy":"{}")"), "Stator does not support ResourcePolicy yet"},
      {"a source", with(R"("GlobalTableSourceArn":"arn")"), "Stator does not support GlobalTableSourceArn yet"},
      {"warm throughput of an index",
       with(R"("GlobalSecondaryIndexes":[{"IndexName":"by-pk","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
            R"("Projection":{"ProjectionType":"ALL"},"WarmThroughput":{"ReadUnitsPerSecond":1}}],)"
            R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}])"),
       "Stator does not support WarmThroughput yet"},
      {"vector indexes, before their definitions are called unused", with(std::string(kTwo) + R"(,"VectorIndexes":[])"),
       "Stator does not support VectorIndexes yet"},
  });
}

TEST(CreateTableTest, Tags) {
  std::string fifty_one;
  for (int i = 0; i < 51; ++i) fifty_one += fmt::format(R"({}{{"Key":"k{}","Value":""}})", i == 0 ? "" : ",", i);
  const auto tags = [](std::string_view list) { return with(fmt::format(R"("Tags":[{}])", list)); };
  check({
      {"reserved", tags(R"({"Key":"AWS:x","Value":""})"), "Tag Key cannot be prefixed with aws:, Key: AWS:x"},
      {"no key", tags(R"({"Value":""})"), "The Tag Key provided is invalid, Key: null"},
      {"empty key", tags(R"({"Key":"","Value":""})"), "The Tag Key provided is invalid, Key: "},
      {"no value", tags(R"({"Key":"a"})"), "The Tag Value provided is invalid, Value: null"},
      {"a sign", tags(R"({"Key":"a#","Value":""})"), "The Tag Key provided is invalid, Key: a#"},
      {"letters of any script", tags(R"({"Key":"ключ 表 café","Value":"a+b-c=d.e_f:g/h@i"})"), "ok"},
      {"emoji", tags(R"({"Key":"a","Value":"🔑"})"), "The Tag Value provided is invalid, Value: 🔑"},
      {"128 characters", tags(fmt::format(R"({{"Key":"{}","Value":""}})", std::string(128, 'k'))), "ok"},
      {"129 characters", tags(fmt::format(R"({{"Key":"{}","Value":""}})", std::string(129, 'k'))),
       "The Tag Key provided is invalid, Key: " + std::string(129, 'k')},
      {"value of 257", tags(fmt::format(R"({{"Key":"a","Value":"{}"}})", std::string(257, 'v'))),
       "The Tag Value provided is invalid, Value: " + std::string(257, 'v')},
      {"twice", tags(R"({"Key":"dup","Value":"1"},{"Key":"dup","Value":"2"})"),
       "Duplicate Tag Keys provided as input: Duplicate Tag Key found dup"},
      {"51", tags(fifty_one), "Number of Tags exceed the current limit for the provided ResourceArn"},
  });
}

TEST(CreateTableTest, DecodesEverything) {
  const Result<Object> body =
      parse_body(R"({"TableName":"Music","AttributeDefinitions":[{"AttributeName":"sk","AttributeType":"B"},)"
                 R"({"AttributeName":"pk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
                 R"({"AttributeName":"sk","KeyType":"RANGE"}],"TableThroughputMode":"PAY_PER_REQUEST",)"
                 R"("OnDemandThroughput":{"MaxWriteRequestUnits":7},"TableClass":"STANDARD_INFREQUENT_ACCESS",)"
                 R"("DeletionProtectionEnabled":true,"Tags":[{"Key":"a","Value":"1"}]})");
  ASSERT_TRUE(body);
  const Result<CreateTable::Request> request = CreateTable::decode(*body);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->key, model::KeySchema({{"pk", model::Type::kNumber}}, {{"sk", model::Type::kBinary}}));
  EXPECT_EQ(request->attribute_definitions.front().name, "sk");
  EXPECT_EQ(request->billing_mode, model::BillingMode::kPayPerRequest);
  EXPECT_EQ(request->on_demand_throughput->max_write_units, 7);
  EXPECT_FALSE(request->on_demand_throughput->max_read_units);
  EXPECT_EQ(request->table_class, model::TableClass::kStandardInfrequentAccess);
  EXPECT_TRUE(request->deletion_protection);
  EXPECT_EQ(request->tags, (model::Tags{{"a", "1"}}));
}

TEST(CreateTableTest, RendersADescription) {
  model::Table table;
  table.name = "Music";
  table.id = "11111111-2222-4333-8444-555555555555";
  table.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music";
  table.key = model::KeySchema({{"pk", model::Type::kString}}, {{"sk", model::Type::kNumber}});
  table.attribute_definitions = {{"pk", model::Type::kString}, {"sk", model::Type::kNumber}};
  table.billing_mode = model::BillingMode::kPayPerRequest;
  table.created = WallTime(std::chrono::microseconds(1'700'000'000'012'345));
  std::string out;
  CreateTable::render({.table = table, .status = model::TableStatus::kCreating}, out);
  EXPECT_EQ(out,
            R"({"TableDescription":{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
            R"({"AttributeName":"sk","AttributeType":"N"}],"TableName":"Music","KeySchema":[{"AttributeName":"pk",)"
            R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"TableStatus":"CREATING",)"
            R"("CreationDateTime":1700000000.012,"ProvisionedThroughput":{"NumberOfDecreasesToday":0,)"
            R"("ReadCapacityUnits":0,"WriteCapacityUnits":0},"TableSizeBytes":0,"ItemCount":0,)"
            R"("TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music",)"
            R"("TableId":"11111111-2222-4333-8444-555555555555",)"
            R"("BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},)"
            R"("TableThroughputModeSummary":{"TableThroughputMode":"PAY_PER_REQUEST"},)"
            R"("DeletionProtectionEnabled":false}})");
}

}  // namespace
}  // namespace stator::api
