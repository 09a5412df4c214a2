// Tables and tags: what is there, when, and under which name.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/table_fixture_for_tests.h"

namespace stator::ops {
namespace {

TEST_F(TableOperationsTest, ATableIsCreatingAndThenActive) {
  const auto created = execute(on_demand("Music"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->status, TableStatus::kCreating);
  EXPECT_FALSE(created->table.last_pay_per_request);
  EXPECT_FALSE(created->warm_throughput);
  EXPECT_EQ(created->table.arn, arn_of("Music"));
  EXPECT_EQ(created->table.id.size(), 36U);

  const api::TableDescription description = described();
  EXPECT_EQ(description.status, TableStatus::kActive);
  EXPECT_EQ(description.table.id, created->table.id);
  EXPECT_EQ(description.table.last_pay_per_request, description.table.created);
  EXPECT_EQ(description.warm_throughput, (model::Throughput{12'000, 4'000}));
}

TEST_F(TableOperationsTest, CountersAreExact) {
  ASSERT_TRUE(execute(on_demand("Music")));
  put("Music", "a");
  put("Music", "bc");
  put("Music", "bc");
  const api::TableDescription description = described();
  EXPECT_EQ(description.item_count, 2);
  EXPECT_EQ(description.size_bytes, 2 + 1 + 2 + 2);

  const auto deleted = execute(api::DeleteTable::Request{.table_name = "Music"});
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->status, TableStatus::kDeleting);
  EXPECT_TRUE(deleted->brief);
  EXPECT_EQ(deleted->item_count, 2);
  ASSERT_TRUE(execute(on_demand("Music")));
  EXPECT_EQ(described().item_count, 0);
}

TEST_F(TableOperationsTest, TablesThatAreNotThere) {
  const std::string want = "Requested resource not found: Table: Music not found";
  EXPECT_EQ(outcome(api::DescribeTable::Request{.table_name = "Music"}), want);
  EXPECT_EQ(outcome(api::DescribeTable::Request{.table_name = arn_of("Music")}), want);
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}), want);
  EXPECT_EQ(outcome(to(1, 1)), want);
  EXPECT_EQ(code(to(1, 1)), ErrorCode::kResourceNotFound);
}

TEST_F(TableOperationsTest, NamesMayBeArnsOfTheOwnRegionAndAccount) {
  ASSERT_TRUE(execute(on_demand(arn_of("Music"))));
  EXPECT_EQ(described(arn_of("Music")).table.name, "Music");
  const std::string elsewhere = "arn:aws:dynamodb:eu-west-2:000000000000:table/Music";
  EXPECT_EQ(outcome(api::DescribeTable::Request{.table_name = elsewhere}),
            "1 validation error detected: Invalid AWS region in '" + elsewhere + "'");
  const std::string foreign = "arn:aws:dynamodb:us-east-1:123456789012:table/Music";
  EXPECT_EQ(outcome(api::DescribeTable::Request{.table_name = foreign}), "Access is denied");
  EXPECT_EQ(code(api::DescribeTable::Request{.table_name = foreign}), ErrorCode::kAccessDenied);
}

TEST_F(TableOperationsTest, ANameIsTakenOnce) {
  ASSERT_TRUE(execute(on_demand("Music")));
  EXPECT_EQ(outcome(on_demand("Music")), "Table already exists: Music");
  EXPECT_EQ(code(on_demand("Music")), ErrorCode::kResourceInUse);
  EXPECT_EQ(outcome(on_demand("MUSIC")), "ok");
  identity_.region = "eu-west-2";
  EXPECT_EQ(outcome(on_demand("Music")), "ok");
}

TEST_F(TableOperationsTest, TheDelayShowsEveryState) {
  open(1s);
  ASSERT_TRUE(execute(provisioned("Music")));
  EXPECT_EQ(described().status, TableStatus::kCreating);
  const std::string in_use = "Attempt to change a resource which is still in use: ";
  EXPECT_EQ(outcome(provisioned("Music")), in_use + "Table is being created: Music");
  EXPECT_EQ(outcome(to(1, 1)), in_use + "Table is being created: Music");
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}), in_use + "Table is being created: Music");
  EXPECT_EQ(outcome(api::ListTagsOfResource::Request{.arn = arn_of("Music")}),
            "Requested resource not found: ResourceArn: " + arn_of("Music") + " not found");

  clock_.advance(1s);
  EXPECT_EQ(described().status, TableStatus::kActive);
  ASSERT_TRUE(execute(to(6, 6)));
  EXPECT_EQ(described().status, TableStatus::kUpdating);
  EXPECT_EQ(outcome(to(7, 7)), in_use + "Table IOPS are currently being updated. Table: Music");
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}),
            in_use + "Table: Music is in the process of being updated.");
  const auto protect = execute(api::UpdateTable::Request{.table_name = "Music", .deletion_protection = false});
  ASSERT_TRUE(protect);
  EXPECT_EQ(protect->status, TableStatus::kUpdating);

  clock_.advance(1s);
  ASSERT_TRUE(execute(api::DeleteTable::Request{.table_name = "Music"}));
  EXPECT_EQ(described().status, TableStatus::kDeleting);
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}), in_use + "Table is being deleted: Music");
  EXPECT_EQ(outcome(to(1, 1)), in_use + "Table is being deleted: Music");
  EXPECT_EQ(outcome(provisioned("Music")), "Table already exists: Music");
  EXPECT_EQ(execute(api::ListTables::Request{})->names.size(), 1U);

  clock_.advance(1s);
  EXPECT_EQ(outcome(api::DescribeTable::Request{.table_name = "Music"}),
            "Requested resource not found: Table: Music not found");
  EXPECT_TRUE(execute(api::ListTables::Request{})->names.empty());
  EXPECT_EQ(outcome(provisioned("Music")), "ok");
}

// The clock begins on Tuesday, November 14, 2023 at 22:13:20 UTC.
TEST_F(TableOperationsTest, Quotas) {
  EXPECT_EQ(outcome(provisioned("Music", 40'000, 40'001)),
            "The requested WriteCapacityUnits, 40001, is above the per table maximum for the account in us-east-1. Per "
            "table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
            "higher limits.");
  EXPECT_EQ(code(provisioned("Music", 40'001, 1)), ErrorCode::kLimitExceeded);
  const auto limits = execute(api::DescribeLimits::Request{});
  ASSERT_TRUE(limits);
  EXPECT_EQ(limits->account_units, 80'000);
  EXPECT_EQ(limits->table_units, 40'000);
}

TEST_F(TableOperationsTest, ListsARegionsTablesInPages) {
  for (const std::string_view name : {"ab1", "a_z", "Zoo", "abc"}) ASSERT_TRUE(execute(on_demand(std::string(name))));
  identity_.region = "eu-west-2";
  ASSERT_TRUE(execute(on_demand("other")));
  identity_.region = "us-east-1";

  const auto all = execute(api::ListTables::Request{});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->names, (std::vector<std::string>{"Zoo", "a_z", "ab1", "abc"}));
  EXPECT_FALSE(all->more);
  const auto first = execute(api::ListTables::Request{.limit = 3});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->names, (std::vector<std::string>{"Zoo", "a_z", "ab1"}));
  EXPECT_TRUE(first->more);
  const auto last = execute(api::ListTables::Request{.exclusive_start = "ab1", .limit = 1});
  ASSERT_TRUE(last);
  EXPECT_EQ(last->names, (std::vector<std::string>{"abc"}));
  EXPECT_FALSE(last->more) << "the last table ends the list";
  EXPECT_EQ(execute(api::ListTables::Request{.exclusive_start = "aaa"})->names.size(), 2U) << "need not exist";
}

TEST_F(TableOperationsTest, TagsComeAndGo) {
  api::CreateTable::Request create = on_demand("Music");
  create.tags = {{"a", "1"}};
  ASSERT_TRUE(execute(create));
  const auto tags = [&] { return execute(api::ListTagsOfResource::Request{.arn = arn_of("Music")})->tags; };
  EXPECT_EQ(tags(), (model::Tags{{"a", "1"}}));
  ASSERT_TRUE(execute(api::TagResource::Request{.arn = arn_of("Music"), .tags = {{"a", "2"}, {"b", ""}}}));
  EXPECT_EQ(tags(), (model::Tags{{"a", "2"}, {"b", ""}}));
  ASSERT_TRUE(execute(api::UntagResource::Request{.arn = arn_of("Music"), .keys = {"a", "never"}}));
  EXPECT_EQ(tags(), (model::Tags{{"b", ""}}));
  EXPECT_EQ(described().status, TableStatus::kActive);

  model::Tags fifty;
  for (int i = 0; i < 49; ++i) fifty.emplace(fmt::format("k{}", i), "");
  EXPECT_EQ(outcome(api::TagResource::Request{.arn = arn_of("Music"), .tags = fifty}), "ok");
  EXPECT_EQ(outcome(api::TagResource::Request{.arn = arn_of("Music"), .tags = {{"k1", "new"}}}), "ok");
  EXPECT_EQ(outcome(api::TagResource::Request{.arn = arn_of("Music"), .tags = {{"k1", "newer"}, {"k49", ""}}}),
            "Number of Tags exceed the current limit for the provided ResourceArn");
  EXPECT_EQ(tags().at("k1"), "new") << "all or nothing";
}

TEST_F(TableOperationsTest, TagsOfTablesThatAreNotThere) {
  const auto want = [](std::string_view arn) {
    return fmt::format("Requested resource not found: ResourceArn: {} not found", arn);
  };
  const std::string arn = arn_of("Music");
  EXPECT_EQ(outcome(api::ListTagsOfResource::Request{.arn = arn}), want(arn));
  EXPECT_EQ(outcome(api::TagResource::Request{.arn = arn, .tags = {{"a", "1"}}}), want(arn));
  EXPECT_EQ(outcome(api::UntagResource::Request{.arn = arn, .keys = {"a"}}), want(arn));
  const std::string elsewhere = "arn:aws:dynamodb:eu-west-2:000000000000:table/Music";
  EXPECT_EQ(outcome(api::ListTagsOfResource::Request{.arn = elsewhere}),
            "Invalid TableArn: Invalid ResourceArn provided as input " + elsewhere);
  const std::string foreign = "arn:aws:dynamodb:us-east-1:123456789012:table/Music";
  EXPECT_EQ(code(api::ListTagsOfResource::Request{.arn = foreign}), ErrorCode::kAccessDenied);
}

TEST_F(TableOperationsTest, EndpointsAreTheHostAsked) {
  const auto endpoints = execute(api::DescribeEndpoints::Request{});
  ASSERT_TRUE(endpoints);
  EXPECT_EQ(endpoints->address, "localhost:8000");
}

TEST_F(TableOperationsTest, ChangesDoNotBlockALoop) {
  storage::Session session{.storage = *storage_, .wait = kv::Wait::kNever};
  Context context{.storage = *storage_, .session = session, .clock = clock_, .identity = identity_, .host = ""};
  EXPECT_EQ(run(context, on_demand("Music")).error().code, ErrorCode::kWouldBlock);
  EXPECT_FALSE(storage_->find_table("us-east-1", "Music"));
}

}  // namespace
}  // namespace stator::ops
