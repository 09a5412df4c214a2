#include "api/update_table.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"

namespace stator::api {
namespace {

std::string with(std::string_view members) { return fmt::format(R"({{"TableName":"Music",{}}})", members); }
std::string parameter(std::string_view text) {
  return fmt::format("One or more parameter values were invalid: {}", text);
}

void check(const std::vector<DecodeCase>& rows) {
  for (const DecodeCase& row : rows) {
    EXPECT_EQ(outcome<UpdateTable>(row.body, [](const auto&) { return "ok"; }), row.want) << row.name;
  }
}

constexpr std::string_view kThroughput = R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2})";

TEST(UpdateTableTest, AcceptsOneChangeAtATime) {
  check({
      {"throughput", with(kThroughput), "ok"},
      {"to provisioned", with(std::string(kThroughput) + R"(,"BillingMode":"PROVISIONED")"), "ok"},
      {"to on demand", with(R"("BillingMode":"PAY_PER_REQUEST")"), "ok"},
      {"to on demand with ceilings",
       with(R"("BillingMode":"PAY_PER_REQUEST","OnDemandThroughput":{"MaxReadRequestUnits":5})"), "ok"},
      {"no ceiling", with(R"("OnDemandThroughput":{"MaxReadRequestUnits":-1})"), "ok"},
      {"class", with(R"("TableClass":"STANDARD_INFREQUENT_ACCESS")"), "ok"},
      {"protection", with(R"("DeletionProtectionEnabled":false)"), "ok"},
      {"stream on", with(R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})"), "ok"},
      {"stream off", with(R"("StreamSpecification":{"StreamEnabled":false})"), "ok"},
      {"stream on, and on demand",
       with(R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},)"
            R"("BillingMode":"PAY_PER_REQUEST")"),
       "ok"},
      {"an ARN for a name",
       R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Music","DeletionProtectionEnabled":true})", "ok"},
      {"definitions are looked at only",
       with(R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"N"}],"DeletionProtectionEnabled":true)"),
       "ok"},
  });
}

TEST(UpdateTableTest, ConstraintsComeFirst) {
  check({
      {"name alone", R"({"TableName":"ab","ProvisionedThroughput":{}})",
       "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length "
       "greater than or equal to 3"},
      {"no name", "{}", "The parameter 'TableName' is required but was not present in the request"},
      {"throughput, then billing",
       with(R"("ProvisionedThroughput":{"ReadCapacityUnits":4},"BillingMode":"","TableClass":"GOLD")"),
       "2 validation errors detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy "
       "constraint: Member must not be null; Value '' at 'billingMode' failed to satisfy constraint: Member must "
       "satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"},
      {"stream without saying", with(R"("StreamSpecification":{"StreamViewType":"KEYS_ONLY"})"),
       "1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: "
       "Member must not be null"},
      {"class", with(R"("TableClass":"GOLD")"),
       "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
       "STANDARD_INFREQUENT_ACCESS]."},
  });
}

TEST(UpdateTableTest, RulesInOrder) {
  const std::string nothing =
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
      "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
      "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required";
  const std::string protection = parameter("DeletionProtection modification must be the only operation in the request");
  const std::string table_class = parameter("TableClass modification must be the only operation in the request");
  check({
      {"nothing", R"({"TableName":"Music"})", nothing},
      {"definitions are nothing", with(R"("AttributeDefinitions":[])"), nothing},
      {"empty ceilings are nothing", with(R"("OnDemandThroughput":{})"), nothing},
      {"protection and billing", with(R"("DeletionProtectionEnabled":true,"BillingMode":"PAY_PER_REQUEST")"),
       protection},
      {"class before protection", with(R"("DeletionProtectionEnabled":true,"TableClass":"STANDARD")"), table_class},
      {"encryption before class", with(R"("SSESpecification":{"Enabled":false},"TableClass":"STANDARD")"),
       parameter("Server-Side Encryption modification must be the only operation in the request")},
      {"protection before warm throughput", with(R"("WarmThroughput":{},"DeletionProtectionEnabled":true)"),
       protection},
      {"ceilings with throughput",
       with(std::string(kThroughput) + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":5})"),
       parameter("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")},
      {"stream with throughput", with(std::string(kThroughput) + R"(,"StreamSpecification":{"StreamEnabled":false})"),
       parameter("You cannot modify stream status while updating table IOPS")},
      {"provisioned without throughput", with(R"("BillingMode":"PROVISIONED")"),
       parameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")},
      {"on demand with throughput", with(std::string(kThroughput) + R"(,"BillingMode":"PAY_PER_REQUEST")"),
       parameter("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")},
      {"out of bounds", with(R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1000000000001})"),
       "Given value 1000000000001 for WriteCapacityUnits is out of bounds"},
      {"ceiling of none", with(R"("OnDemandThroughput":{"MaxWriteRequestUnits":0})"),
       parameter("Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range")},
      {"stream without a view", with(R"("StreamSpecification":{"StreamEnabled":true})"),
       parameter("If stream is being enabled then UpdateViewType is required")},
      {"view without a stream", with(R"("StreamSpecification":{"StreamEnabled":false,"StreamViewType":"KEYS_ONLY"})"),
       parameter("If stream is being disabled, then UpdateViewType must not be specified")},
  });
}

TEST(UpdateTableTest, RefusesWhatItDoesNotHave) {
  check({
      {"warm throughput of an index",
       with(R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-a","WarmThroughput":{}}}])"),
       "Stator does not support WarmThroughput yet"},
      {"encryption", with(R"("SSESpecification":{"Enabled":true})"), "Stator does not support SSESpecification yet"},
      {"replicas", with(R"("ReplicaUpdates":[])"), "Stator does not support ReplicaUpdates yet"},
      {"warm throughput", with(R"("WarmThroughput":{})"), "Stator does not support WarmThroughput yet"},
      {"witnesses", with(R"("GlobalTableWitnessUpdates":[])"), "Stator does not support GlobalTableWitnessUpdates yet"},
      {"consistency", with(R"("MultiRegionConsistency":"STRONG","DeletionProtectionEnabled":true)"),
       "Stator does not support MultiRegionConsistency yet"},
      {"replication of settings", with(R"("GlobalTableSettingsReplicationMode":"ENABLED")"),
       "Stator does not support GlobalTableSettingsReplicationMode yet"},
      {"vector indexes", with(R"("VectorIndexUpdates":[])"), "Stator does not support VectorIndexUpdates yet"},
  });
}

}  // namespace
}  // namespace stator::api
