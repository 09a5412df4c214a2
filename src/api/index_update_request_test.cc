#include "api/index_update_request.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/index_requests_for_tests.h"
#include "api/update_table.h"

namespace stator::api {
namespace {

std::string update(std::string_view updates, std::string_view more = "") {
  return fmt::format(R"({{"TableName":"Music","GlobalSecondaryIndexUpdates":[{}]{}{}}})", updates,
                     more.empty() ? "" : ",", more);
}
std::string create(std::string_view name, std::string_view attributes, std::string_view projection = kAll,
                   std::string_view more = "") {
  return fmt::format(R"({{"Create":{}}})", index(name, attributes, projection, more));
}
constexpr std::string_view kDelete = R"({"Delete":{"IndexName":"by-a"}})";
constexpr std::string_view kUpdate =
    R"({"Update":{"IndexName":"by-b","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}})";

TEST(IndexUpdateRequestTest, AcceptsWhatTheServiceAccepts) {
  check<UpdateTable>({
      {"creation", update(create("by-a", "a"), definitions("a")), "ok"},
      {"creation with definitions that it does not use", update(create("by-a", "a"), definitions("x a:N y")), "ok"},
      {"deletion", update(kDelete), "ok"},
      {"throughput", update(kUpdate), "ok"},
      {"ceilings", update(R"({"Update":{"IndexName":"by-b","OnDemandThroughput":{"MaxReadRequestUnits":-1}}})"), "ok"},
      {"creation and throughput of others", update(create("by-a", "a") + "," + std::string(kUpdate), definitions("a")),
       "ok"},
      {"billing mode and creation",
       update(create("by-a", "a"), definitions("a") + R"(,"BillingMode":"PAY_PER_REQUEST")"), "ok"},
      {"throughput of table and index", update(kUpdate, kThroughput), "ok"},
      {"definitions of no use", update(kDelete, definitions("")), "ok"},
  });
}

TEST(IndexUpdateRequestTest, ConstraintsAreCollected) {
  const std::string null = "failed to satisfy constraint: Member must not be null";
  const std::string path = "globalSecondaryIndexUpdates.1.member";
  check<UpdateTable>({
      {"empty actions", update(R"({"Update":{},"Create":{},"Delete":{}})"),
       fmt::format("5 validation errors detected: Value null at '{0}.update.indexName' {1}; Value null at "
                   "'{0}.create.keySchema' {1}; Value null at '{0}.create.projection' {1}; Value null at "
                   "'{0}.create.indexName' {1}; Value null at '{0}.delete.indexName' {1}",
                   path, null)},
      {"empty throughput", update(R"({"Update":{"IndexName":"by-b","ProvisionedThroughput":{}}})"),
       fmt::format(
           "2 validation errors detected: Value null at '{0}.update.provisionedThroughput.writeCapacityUnits' {1}; "
           "Value null at '{0}.update.provisionedThroughput.readCapacityUnits' {1}",
           path, null)},
      {"short name", update(R"({"Delete":{"IndexName":"ab"}})"),
       constraint(
           fmt::format("Value 'ab' at '{}.delete.indexName' failed to satisfy constraint: Member must have length "
                       "greater than or equal to 3",
                       path))},
  });
}

TEST(IndexUpdateRequestTest, RulesInOrder) {
  const std::string nothing =
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
      "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
      "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required";
  const std::string once =
      parameter("Only one global secondary index update per index is allowed simultaneously. Index: by-a");
  const std::string defined = definitions("a");
  check<UpdateTable>({
      {"empty list", update(""), nothing},
      {"empty list and definitions", update("", defined), nothing},
      {"empty list beside a change", update("", R"("DeletionProtectionEnabled":true)"),
       parameter("List of GlobalSecondaryIndexUpdates is empty")},
      {"no action", update("{}"),
       parameter("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                 "GlobalSecondaryIndexUpdate.Delete must not be null")},
      {"unknown action", update(R"({"Rename":{}})"),
       parameter("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                 "GlobalSecondaryIndexUpdate.Delete must not be null")},
      {"two actions", update(R"({"Delete":{"IndexName":"by-a"},"Update":{"IndexName":"by-b"}})"),
       parameter("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")},
      {"one index twice", update(std::string(kDelete) + "," + create("by-a", "a"), defined), once},
      {"creation and protection", update(create("by-a", "a"), R"("DeletionProtectionEnabled":true)"),
       parameter("DeletionProtection modification must be the only operation in the request")},
      {"creation and stream", update(create("by-a", "a"), R"("StreamSpecification":{"StreamEnabled":false})"),
       parameter("You cannot create or delete index while changing stream status")},
      {"deletion and throughput", update(kDelete, kThroughput),
       parameter("You cannot create or delete index while updating table IOPS")},
      {"creation and warm throughput", update(create("by-a", "a"), R"("WarmThroughput":{})"),
       parameter("Create global secondary index cannot be specified when updating WarmThroughput")},
      {"creation and ceilings",
       update(create("by-a", "a"), defined + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":1})"),
       parameter("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")},
      {"no definitions", update(create("by-a", "a")),
       parameter("AttributeDefinitions is not specified for index: by-a")},
      {"other definitions", update(create("by-a", "a"), definitions("b")),
       parameter(
           "Some index key attributes are not defined in AttributeDefinitions. Keys: [a], AttributeDefinitions: [b]")},
      {"few definitions", update(create("by-a", "a/b"), defined),
       "Invalid KeySchema: Some index key attribute have no definition"},
      {"key", update(create("by-a", "a/b c"), definitions("a b c")),
       parameter("All HASH key attributes must precede RANGE key attributes in the KeySchema")},
      {"projection", update(create("by-a", "a", "{}"), defined), parameter("Unknown ProjectionType: null")},
      {"ceiling of none", update(R"({"Update":{"IndexName":"by-a","OnDemandThroughput":{"MaxWriteRequestUnits":0}}})"),
       parameter("Requested MaxWriteRequestUnits for OnDemandThroughput for index : by-a is outside of valid range")},
  });
}

TEST(IndexUpdateRequestTest, DecodesEverything) {
  const Result<Object> body = parse_body(update(
      create("by-a", "a/b", kAll, kThroughput) + "," + std::string(kUpdate) + R"(,{"Delete":{"IndexName":"by-c"}})",
      definitions("b:N a")));
  ASSERT_TRUE(body);
  const Result<UpdateTable::Request> request = UpdateTable::decode(*body);
  ASSERT_TRUE(request) << request.error().message;
  ASSERT_EQ(request->index_changes.size(), 3U);
  const auto& creation = std::get<CreateIndex>(request->index_changes[0]);
  EXPECT_EQ(creation.index.key, model::KeySchema({{"a", model::Type::kString}}, {{"b", model::Type::kNumber}}));
  EXPECT_TRUE(creation.has_throughput);
  EXPECT_EQ(creation.index.throughput, (model::Throughput{1, 2}));
  const auto& changed = std::get<UpdateIndex>(request->index_changes[1]);
  EXPECT_EQ(changed.name, "by-b");
  EXPECT_EQ(changed.throughput, (model::Throughput{1, 2}));
  EXPECT_FALSE(changed.on_demand_throughput);
  EXPECT_EQ(std::get<DeleteIndex>(request->index_changes[2]).name, "by-c");
}

}  // namespace
}  // namespace stator::api
