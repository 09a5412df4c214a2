#include "ops/update_table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/table_fixture_for_tests.h"

namespace stator::ops {
namespace {

class UpdateTableTest : public TableOperationsTest {};

TEST_F(UpdateTableTest, AnswersTellOfTheThroughputBefore) {
  ASSERT_TRUE(execute(provisioned("Music", 5, 5)));
  const auto raised = execute(to(9, 5));
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->status, TableStatus::kUpdating);
  EXPECT_EQ(raised->table.throughput, (model::Throughput{5, 5}));
  EXPECT_EQ(raised->table.throughput_changes.last_increase, clock_.now());

  const auto lowered = execute(to(8, 5));
  ASSERT_TRUE(lowered);
  EXPECT_EQ(lowered->table.throughput, (model::Throughput{9, 5}));
  EXPECT_EQ(lowered->table.throughput_changes.decreases_today, 0);
  EXPECT_EQ(lowered->table.throughput_changes.last_decrease, clock_.now());

  const api::TableDescription description = described();
  EXPECT_EQ(description.status, TableStatus::kActive);
  EXPECT_EQ(description.table.throughput, (model::Throughput{8, 5}));
  EXPECT_EQ(description.table.throughput_changes.decreases_today, 1);
  EXPECT_EQ(outcome(to(8, 5)),
            "The provisioned throughput for the table will not change. The requested value equals the current value. "
            "Current ReadCapacityUnits provisioned for the table: 8. Requested ReadCapacityUnits: 8. Current "
            "WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon "
            "DynamoDB Developer Guide for current limits and how to request higher limits.");
}

TEST_F(UpdateTableTest, DecreasesAreFourADayAndThenOneAnHour) {
  clock_.advance(21h);
  ASSERT_TRUE(execute(provisioned("Music", 90, 90)));
  for (int units = 89; units > 85; --units) ASSERT_EQ(outcome(to(units, units)), "ok");
  const std::string limit =
      "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first "
      "4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. "
      "Number of decreases today: {}. Last decrease at {}. Next decrease can be made at {}";
  clock_.advance(59min);
  EXPECT_EQ(outcome(to(91, 85)),
            fmt::format(fmt::runtime(limit), 4, "Wednesday, November 15, 2023 at 7:13:20 PM Coordinated Universal Time",
                        "Wednesday, November 15, 2023 at 8:13:20 PM Coordinated Universal Time"));
  EXPECT_EQ(code(to(91, 85)), ErrorCode::kLimitExceeded);
  EXPECT_EQ(outcome(to(91, 86)), "ok") << "an increase is not limited";
  clock_.advance(1min);
  EXPECT_EQ(outcome(to(84, 84)), "ok");
  EXPECT_EQ(described().table.throughput_changes.decreases_today, 5);
  clock_.advance(3h);
  EXPECT_EQ(outcome(to(83, 83)), "ok");
  EXPECT_EQ(outcome(to(82, 82)), fmt::format(fmt::runtime(limit), 6,
                                             "Wednesday, November 15, 2023 at 11:13:20 PM Coordinated Universal Time",
                                             "Thursday, November 16, 2023 at 12:00:00 AM Coordinated Universal Time"));
  clock_.advance(47min);
  EXPECT_EQ(described().table.throughput_changes.decreases_today, 0);
  EXPECT_EQ(outcome(to(82, 82)), "ok");
  EXPECT_EQ(described().table.throughput_changes.decreases_today, 1);
}

TEST_F(UpdateTableTest, BillingSwitchesBothWays) {
  ASSERT_TRUE(execute(provisioned("Music", 5, 5)));
  clock_.advance(10s);
  const api::UpdateTable::Request pay{.table_name = "Music", .billing_mode = BillingMode::kPayPerRequest};
  const auto paying = execute(pay);
  ASSERT_TRUE(paying);
  EXPECT_EQ(paying->status, TableStatus::kUpdating);
  EXPECT_EQ(paying->table.billing_mode, BillingMode::kPayPerRequest);
  EXPECT_EQ(paying->table.throughput, model::Throughput());
  EXPECT_FALSE(paying->table.last_pay_per_request);
  const WallTime switched = clock_.now();
  EXPECT_EQ(described().table.last_pay_per_request, switched);
  EXPECT_FALSE(described().table.throughput_changes.last_decrease);
  EXPECT_EQ(outcome(to(1, 1)),
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be "
            "specified when BillingMode is PAY_PER_REQUEST");

  clock_.advance(10s);
  ASSERT_TRUE(execute(pay)) << "again changes nothing";
  EXPECT_EQ(described().table.last_pay_per_request, switched);

  api::UpdateTable::Request back = to(3, 4);
  back.billing_mode = BillingMode::kProvisioned;
  ASSERT_TRUE(execute(back));
  const api::TableDescription description = described();
  EXPECT_EQ(description.table.billing_mode, BillingMode::kProvisioned);
  EXPECT_EQ(description.table.throughput, (model::Throughput{3, 4}));
  EXPECT_EQ(description.table.last_pay_per_request, switched);
  EXPECT_FALSE(description.table.throughput_changes.last_increase);
}

TEST_F(UpdateTableTest, CeilingsMergeAndMinusOneTakesThemAway) {
  ASSERT_TRUE(execute(on_demand("Music")));
  const auto ceilings = [&](std::optional<std::int64_t> reads, std::optional<std::int64_t> writes) {
    return execute(api::UpdateTable::Request{
        .table_name = "Music",
        .on_demand_throughput = model::OnDemandThroughput{.max_read_units = reads, .max_write_units = writes}});
  };
  const auto set = ceilings(1000, 500);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->status, TableStatus::kActive);
  ASSERT_TRUE(ceilings(2000, {}));
  EXPECT_EQ(described().table.on_demand_throughput, (model::OnDemandThroughput{2000, 500}));
  const auto cleared = ceilings(-1, {});
  ASSERT_TRUE(cleared);
  EXPECT_EQ(cleared->table.on_demand_throughput, (model::OnDemandThroughput{-1, 500}));
  EXPECT_EQ(described().table.on_demand_throughput, (model::OnDemandThroughput{{}, 500}));
  ASSERT_TRUE(ceilings({}, -1));
  EXPECT_FALSE(described().table.on_demand_throughput);
  EXPECT_EQ(ceilings(40'001, {}).error().message,
            "Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for table exceeds "
            "TableMaxReadCapacityUnits of the account in region us-east-1");

  api::UpdateTable::Request provision = to(1, 1);
  provision.billing_mode = BillingMode::kProvisioned;
  ASSERT_TRUE(execute(provision));
  EXPECT_EQ(ceilings({}, 5).error().message,
            "One or more parameter values were invalid: MaxWriteRequestUnits for OnDemandThroughput cannot be "
            "specified when the table BillingMode is PROVISIONED");
}

TEST_F(UpdateTableTest, ProtectionKeepsATable) {
  ASSERT_TRUE(execute(on_demand("Music")));
  const auto protect = [&](bool on) {
    return execute(api::UpdateTable::Request{.table_name = "Music", .deletion_protection = on});
  };
  const auto on = protect(true);
  ASSERT_TRUE(on);
  EXPECT_EQ(on->status, TableStatus::kActive);
  EXPECT_TRUE(on->table.deletion_protection);
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}),
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection "
            "first.");
  EXPECT_EQ(described().status, TableStatus::kActive);
  ASSERT_TRUE(protect(false));
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}), "ok");
}

TEST_F(UpdateTableTest, TheClassShowsOnceItIsChanged) {
  ASSERT_TRUE(execute(on_demand("Music")));
  const auto change = [&](model::TableClass table_class) {
    return execute(api::UpdateTable::Request{.table_name = "Music", .table_class = table_class});
  };
  const auto same = change(model::TableClass::kStandard);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->status, TableStatus::kUpdating);
  EXPECT_FALSE(described().table.table_class);
  const auto rare = change(model::TableClass::kStandardInfrequentAccess);
  ASSERT_TRUE(rare);
  EXPECT_FALSE(rare->table.table_class) << "the answer tells of the class before";
  EXPECT_EQ(described().table.table_class, model::TableClass::kStandardInfrequentAccess);
  ASSERT_TRUE(change(model::TableClass::kStandard));
  EXPECT_EQ(described().table.table_class, model::TableClass::kStandard);
}

TEST_F(UpdateTableTest, ThereIsNothingToTurnOff) {
  ASSERT_TRUE(execute(on_demand("Music")));
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .disable_stream = true}),
            "Table has no stream to disable: TableName: Music");
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .disable_encryption = true}),
            "One or more parameter values were invalid: Table is already encrypted by default");
}

}  // namespace
}  // namespace stator::ops
