// Global secondary indexes through UpdateTable, DescribeTable and DeleteTable: what is shown, and what is refused when.
#include "ops/index_changes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/table_fixture_for_tests.h"

namespace stator::ops {
namespace {

using api::IndexChange;
using model::Type;

std::string parameter(std::string_view text) {
  return fmt::format("One or more parameter values were invalid: {}", text);
}
std::string in_use(std::string_view text) {
  return fmt::format("Attempt to change a resource which is still in use: {}", text);
}

const std::string kOneAtATime =
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";

class IndexChangesTest : public TableOperationsTest {
 protected:
  static model::Index index(std::string name, std::string attribute = "a", Type type = Type::kString) {
    model::Index out;
    out.name = std::move(name);
    out.key = model::KeySchema({{std::move(attribute), type}});
    return out;
  }
  static IndexChange creation(std::string name, std::string attribute = "a", Type type = Type::kString) {
    return api::CreateIndex{.index = index(std::move(name), std::move(attribute), type)};
  }
  static IndexChange creation_with_throughput(std::string name) {
    api::CreateIndex out{.index = index(std::move(name)), .has_throughput = true};
    out.index.throughput = {3, 4};
    return out;
  }
  static IndexChange deletion(std::string name) { return api::DeleteIndex{.name = std::move(name)}; }
  static IndexChange throughput(std::string name, std::int64_t reads, std::int64_t writes) {
    return api::UpdateIndex{.name = std::move(name), .throughput = model::Throughput{reads, writes}};
  }
  static IndexChange ceilings(std::string name, std::optional<std::int64_t> reads) {
    return api::UpdateIndex{.name = std::move(name), .on_demand_throughput = model::OnDemandThroughput{reads, {}}};
  }
  static api::UpdateTable::Request with(std::vector<IndexChange> changes) {
    return {.table_name = "Music", .index_changes = std::move(changes)};
  }
  static api::UpdateTable::Request with(IndexChange change) {
    return with(std::vector<IndexChange>{std::move(change)});
  }

  // A table on demand with the local index "local" and the global one "by-a".
  void make_table() {
    api::CreateTable::Request request = on_demand("Music");
    request.key = model::KeySchema({{"pk", Type::kString}}, {{"sk", Type::kString}});
    model::Index local = index("local", "pk");
    local.kind = model::IndexKind::kLocal;
    local.key.add_sort({"b", Type::kNumber});
    request.indexes = {local, index("by-a")};
    request.attribute_definitions = {
        {"pk", Type::kString}, {"sk", Type::kString}, {"a", Type::kString}, {"b", Type::kNumber}};
    ASSERT_TRUE(execute(request));
  }
  void make_provisioned() {
    api::CreateTable::Request request = provisioned("Music", 9, 9);
    request.indexes = {index("by-a")};
    request.indexes.front().throughput = {7, 8};
    request.attribute_definitions = {{"pk", Type::kString}, {"a", Type::kString}};
    ASSERT_TRUE(execute(request));
  }

  void finish_backfill(std::string_view name) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->change_table(session, "us-east-1", "Music", [&](model::Table& table) -> Result<void> {
      std::ranges::find(table.indexes, name, &model::Index::name)->backfilling = false;
      return {};
    }));
  }

  // "by-a ACTIVE, by-b CREATING false": the global indexes, each with its status and what Backfilling says.
  static std::string states(const api::TableDescription& description) {
    std::string out;
    for (const api::IndexDescription& one : description.indexes) {
      if (one.index.kind != model::IndexKind::kGlobal) continue;
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", one.index.name, status_name(one.status));
      if (one.backfilling) out += *one.backfilling ? " true" : " false";
    }
    return out;
  }
  static std::string_view status_name(TableStatus status) {
    constexpr std::string_view kNames[] = {"CREATING", "UPDATING", "ACTIVE", "DELETING"};
    return kNames[static_cast<std::size_t>(status)];
  }
  static std::string definitions(const api::TableDescription& description) {
    std::string out;
    for (const model::KeyAttribute& attribute : description.table.attribute_definitions) {
      out += fmt::format("{}{}:{}", out.empty() ? "" : " ", attribute.name, model::type_name(attribute.type));
    }
    return out;
  }
};

TEST_F(IndexChangesTest, IndexesOfANewTableAreActiveWithIt) {
  open(1s);
  make_table();
  EXPECT_EQ(states(described()), "by-a CREATING");
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}), in_use("Table is being created: Music"));
  clock_.advance(1s);
  const api::TableDescription description = described();
  EXPECT_EQ(states(description), "by-a ACTIVE");
  EXPECT_EQ(description.status, TableStatus::kActive);
  ASSERT_EQ(description.indexes.size(), 2U);
  EXPECT_EQ(description.indexes[0].index.name, "local");
  EXPECT_EQ(description.indexes[1].warm_throughput, (model::Throughput{12'000, 4'000}));
}

TEST_F(IndexChangesTest, TheAnswerOfCreateTable) {
  api::CreateTable::Request request = on_demand("Music");
  request.indexes = {index("by-a")};
  request.attribute_definitions.push_back({"a", Type::kString});
  const auto created = execute(request);
  ASSERT_TRUE(created);
  EXPECT_EQ(states(*created), "by-a CREATING");
  EXPECT_FALSE(created->indexes.front().warm_throughput);
}

TEST_F(IndexChangesTest, LifeOfAnIndex) {
  open(1s);
  make_table();
  clock_.advance(1s);
  const auto added = execute(with(creation("by-c", "c", Type::kNumber)));
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->status, TableStatus::kUpdating);
  EXPECT_EQ(states(*added), "by-a ACTIVE, by-c CREATING false");
  EXPECT_EQ(definitions(*added), "pk:S sk:S a:S b:N c:N");
  EXPECT_EQ(described().status, TableStatus::kUpdating);
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c CREATING false");
  clock_.advance(1s);
  EXPECT_EQ(described().status, TableStatus::kActive);
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c CREATING true");
  finish_backfill("by-c");
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c ACTIVE");

  const auto deleted = execute(with(deletion("by-c")));
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->status, TableStatus::kUpdating);
  EXPECT_EQ(states(*deleted), "by-a ACTIVE, by-c DELETING");
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c DELETING");
  EXPECT_EQ(definitions(described()), "pk:S sk:S a:S b:N c:N");
  clock_.advance(1s);
  EXPECT_EQ(states(described()), "by-a ACTIVE");
  EXPECT_EQ(definitions(described()), "pk:S sk:S a:S b:N");
  EXPECT_EQ(described().status, TableStatus::kActive);
}

TEST_F(IndexChangesTest, WithoutADelayTheAnswerStillTellsOfTheChange) {
  make_table();
  const auto added = execute(with(creation("by-c", "c")));
  ASSERT_TRUE(added);
  EXPECT_EQ(states(*added), "by-a ACTIVE, by-c CREATING false");
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c CREATING true");
  finish_backfill("by-c");
  const auto deleted = execute(with(deletion("by-c")));
  ASSERT_TRUE(deleted);
  EXPECT_EQ(states(*deleted), "by-a ACTIVE, by-c DELETING");
  EXPECT_EQ(states(described()), "by-a ACTIVE");
  EXPECT_EQ(definitions(described()), "pk:S sk:S a:S b:N");
  ASSERT_TRUE(execute(with(creation("by-c", "c", Type::kBinary)))) << "the name and the attribute are free again";
  EXPECT_EQ(definitions(described()), "pk:S sk:S a:S b:N c:B");
}

TEST_F(IndexChangesTest, NamesAndCounts) {
  make_table();
  const struct {
    std::string_view name;
    api::UpdateTable::Request request;
    std::string want;
  } rows[] = {
      {"taken", with(creation("by-a")), "Attempting to create an index which already exists"},
      {"taken by a local one", with(creation("local")), "Attempting to create an index which already exists"},
      {"unknown, deleted", with(deletion("ghost")), "Requested resource not found: Index ghost for table Music"},
      {"unknown, updated", with(ceilings("ghost", 1)), "Requested resource not found: Index ghost for table Music"},
      {"local, deleted", with(deletion("local")), "Cannot delete an index that is not a GlobalSecondaryIndex: local"},
      {"local, updated", with(ceilings("local", 1)),
       "Cannot update an index that is not a GlobalSecondaryIndex: local"},
      {"two creations", with({creation("by-b"), creation("by-c")}), kOneAtATime},
      {"two deletions of what is not there", with({deletion("ghost"), deletion("ghoul")}), kOneAtATime},
      {"one is wrong", with({ceilings("by-a", 1), deletion("ghost")}),
       "Requested resource not found: Index ghost for table Music"},
      {"another type", with(creation("by-b", "b", Type::kString)),
       parameter("Attributes cannot be redefined. Please check that your attribute has the same type as previously "
                 "defined. Existing schema: Schema:[SchemaElement: key{pk:S:HASH,b:N:RANGE}] New schema: "
                 "Schema:[SchemaElement: key{b:S:HASH}]")},
      {"throughput on demand", with(creation_with_throughput("by-b")),
       parameter(
           "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by-b when BillingMode is "
           "PAY_PER_REQUEST")},
      {"throughput of one on demand", with(throughput("by-a", 1, 1)),
       parameter("The only Updates for index: by-a when TableThroughputMode is PAY_PER_REQUEST can be to "
                 "OnDemandThroughput, WarmThroughput")},
      {"nothing", with(IndexChange(api::UpdateIndex{.name = "by-a"})),
       parameter("The only Updates for index: by-a when TableThroughputMode is PAY_PER_REQUEST can be to "
                 "OnDemandThroughput, WarmThroughput")},
      {"ceiling above the quota", with(ceilings("by-a", 40'001)),
       "Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for index : by-a exceeds "
       "TableMaxReadCapacityUnits of the account in region us-east-1"},
  };
  for (const auto& row : rows) EXPECT_EQ(outcome(row.request), row.want) << row.name;
  EXPECT_FALSE(described().indexes[1].index.on_demand_throughput) << "all or nothing";
  EXPECT_EQ(code(with({creation("by-b"), creation("by-c")})), ErrorCode::kLimitExceeded);

  for (int i = 1; i < 20; ++i) {
    const std::string name = fmt::format("index{}", i);
    ASSERT_EQ(outcome(with(creation(name))), "ok");
    finish_backfill(name);
  }
  EXPECT_EQ(outcome(with(creation("one-too-many"))),
            "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20");
  EXPECT_EQ(code(with(creation("one-too-many"))), ErrorCode::kLimitExceeded);
}

TEST_F(IndexChangesTest, WhatIsRefusedWhileResourcesAreAllocated) {
  open(1s);
  make_table();
  clock_.advance(1s);
  ASSERT_TRUE(execute(with(creation("by-c", "c"))));
  api::UpdateTable::Request provision = to(1, 1);
  provision.billing_mode = BillingMode::kProvisioned;
  EXPECT_EQ(
      outcome(with(deletion("by-c"))),
      in_use("Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the "
             "index is active. Table: Music Index: by-c"));
  EXPECT_EQ(outcome(with(ceilings("by-c", 1))),
            in_use("Index is being created but is not backfilling yet. Table: Music Index: by-c"));
  EXPECT_EQ(outcome(with(creation("by-d", "d"))), kOneAtATime);
  EXPECT_EQ(outcome(with(deletion("by-a"))), kOneAtATime);
  EXPECT_EQ(outcome(provision),
            in_use("Can't change table IOPS when an index is being created. Table: Music Indexes: [by-c]"));
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music",
                                              .on_demand_throughput = model::OnDemandThroughput{1, {}}}),
            in_use("OnDemandThroughput cannot be updated while index creation is in progress for indexes: [by-c]"));
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}),
            in_use("Cannot delete table while indexes are being created, updated, or deleted."));
  EXPECT_EQ(outcome(with(ceilings("by-a", 1))), "ok") << "another index";
  EXPECT_EQ(outcome(with(ceilings("by-a", 2))), in_use("Index is being updated. Table: Music Index: by-a"));
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .deletion_protection = false}), "ok");
}

TEST_F(IndexChangesTest, WhatIsRefusedWhileAnIndexIsBackfilled) {
  open(1s);
  make_table();
  clock_.advance(1s);
  ASSERT_TRUE(execute(with(creation("by-c", "c"))));
  clock_.advance(1s);
  EXPECT_EQ(outcome(with(creation("by-d", "d"))), kOneAtATime);
  EXPECT_EQ(outcome(with(deletion("by-a"))), kOneAtATime);
  EXPECT_EQ(outcome(with(creation("by-c", "c"))), "Attempting to create an index which already exists");
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}),
            in_use("Cannot delete table while indexes are being created, updated, or deleted."));
  EXPECT_EQ(outcome(with(ceilings("by-c", 5))), "ok");
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c CREATING true");

  EXPECT_EQ(outcome(with(deletion("by-c"))), "ok") << "a backfill may be given up";
  EXPECT_EQ(states(described()), "by-a ACTIVE, by-c DELETING");
  const std::string deleting = in_use("Index is being deleted. Table: Music Index: by-c");
  EXPECT_EQ(outcome(with(deletion("by-c"))), deleting);
  EXPECT_EQ(outcome(with(creation("by-c", "c"))), deleting);
  EXPECT_EQ(outcome(with(ceilings("by-c", 1))), deleting);
  EXPECT_EQ(outcome(with(deletion("by-a"))), kOneAtATime);
  api::UpdateTable::Request provision = to(1, 1);
  provision.billing_mode = BillingMode::kProvisioned;
  EXPECT_EQ(outcome(provision),
            in_use("Can't change table IOPS when an index is being deleted. Table: Music Indexes: [by-c]"));
  EXPECT_EQ(outcome(api::UpdateTable::Request{.table_name = "Music", .billing_mode = BillingMode::kPayPerRequest}),
            "ok")
      << "changes nothing";
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}),
            in_use("Cannot delete table while indexes are being created, updated, or deleted."));
  clock_.advance(1s);
  EXPECT_EQ(outcome(api::DeleteTable::Request{.table_name = "Music"}), "ok");
}

TEST_F(IndexChangesTest, ThroughputIsCountedForEachIndex) {
  clock_.advance(1h);
  make_provisioned();
  const auto raised = execute(with(throughput("by-a", 9, 8)));
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->status, TableStatus::kActive);
  EXPECT_EQ(states(*raised), "by-a UPDATING");
  EXPECT_EQ(raised->indexes.front().index.throughput, (model::Throughput{7, 8}));
  const model::Index after = described().indexes.front().index;
  EXPECT_EQ(after.throughput, (model::Throughput{9, 8}));
  EXPECT_EQ(after.throughput_changes.last_increase, clock_.now());

  EXPECT_EQ(outcome(with(throughput("by-a", 9, 8))),
            "The provisioned throughput for the index by-a will not change. The requested value equals the current "
            "value. Current ReadCapacityUnits provisioned for index by-a: 9. Requested ReadCapacityUnits: 9. Current "
            "WriteCapacityUnits provisioned for index by-a: 8. Requested WriteCapacityUnits: 8. Refer to the Amazon "
            "DynamoDB Developer Guide for current limits and how to request higher limits.");
  for (int units = 8; units > 4; --units) ASSERT_EQ(outcome(with(throughput("by-a", units, units))), "ok");
  EXPECT_EQ(code(with(throughput("by-a", 1, 1))), ErrorCode::kLimitExceeded);
  EXPECT_EQ(described().indexes.front().index.throughput_changes.decreases_today, 4);
  EXPECT_EQ(outcome(to(8, 8)), "ok") << "the table has decreases of its own";
  EXPECT_EQ(outcome(with(throughput("by-a", 40'001, 9))),
            "The requested ReadCapacityUnits for index by-a, 40001, is above the per index maximum for the account in "
            "us-east-1. Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits and "
            "how to request higher limits.");
  EXPECT_EQ(outcome(with(creation("by-b"))),
            parameter("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: by-b"));
  EXPECT_EQ(outcome(with(ceilings("by-a", 5))),
            parameter("MaxReadRequestUnits for OnDemandThroughput for index : by-a cannot be specified when the table "
                      "BillingMode is PROVISIONED"));
  EXPECT_EQ(outcome(with(creation_with_throughput("by-b"))), "ok");
  EXPECT_EQ(described().indexes.back().index.throughput, (model::Throughput{3, 4}));
}

TEST_F(IndexChangesTest, BillingSwitchesForAllIndexes) {
  open(1s);
  make_provisioned();
  clock_.advance(1s);
  const auto paying =
      execute(api::UpdateTable::Request{.table_name = "Music", .billing_mode = BillingMode::kPayPerRequest});
  ASSERT_TRUE(paying);
  EXPECT_EQ(states(*paying), "by-a UPDATING");
  EXPECT_EQ(paying->indexes.front().index.throughput, model::Throughput());
  EXPECT_EQ(states(described()), "by-a UPDATING");
  EXPECT_EQ(outcome(with(deletion("by-a"))),
            in_use("Can't create or delete indexes while table IOPS are being updated. Table: Music"));
  clock_.advance(1s);
  EXPECT_EQ(states(described()), "by-a ACTIVE");
  EXPECT_EQ(described().indexes.front().index.throughput_changes.decreases_today, 1);
  ASSERT_TRUE(execute(with(ceilings("by-a", 50))));
  EXPECT_EQ(described().indexes.front().index.on_demand_throughput->max_read_units, 50);
  clock_.advance(1s);

  api::UpdateTable::Request back = to(3, 4);
  back.billing_mode = BillingMode::kProvisioned;
  EXPECT_EQ(outcome(back), parameter("ProvisionedThroughput must be specified for index: by-a"));
  back.index_changes = {throughput("by-a", 5, 6)};
  const auto provisioned_again = execute(back);
  ASSERT_TRUE(provisioned_again) << provisioned_again.error().message;
  EXPECT_EQ(provisioned_again->table.throughput, (model::Throughput{3, 4}));
  EXPECT_EQ(provisioned_again->indexes.front().index.throughput, (model::Throughput{5, 6}));
  clock_.advance(1s);
  EXPECT_EQ(described().indexes.front().index.throughput, (model::Throughput{5, 6}));
  EXPECT_FALSE(described().indexes.front().index.on_demand_throughput);
}

TEST_F(IndexChangesTest, CeilingsMergeAndMinusOneTakesThemAway) {
  make_table();
  const auto set = execute(with(ceilings("by-a", 100)));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->status, TableStatus::kActive);
  EXPECT_EQ(states(*set), "by-a UPDATING");
  EXPECT_EQ(described().indexes[1].index.on_demand_throughput, (model::OnDemandThroughput{100, {}}));
  ASSERT_TRUE(execute(with(ceilings("by-a", 100)))) << "the same again is fine";
  ASSERT_TRUE(execute(with(ceilings("by-a", -1))));
  EXPECT_FALSE(described().indexes[1].index.on_demand_throughput);
}

TEST_F(IndexChangesTest, BillingAndCreationGoTogether) {
  make_table();
  api::UpdateTable::Request both = to(3, 4);
  both.billing_mode = BillingMode::kProvisioned;
  both.index_changes = {creation_with_throughput("by-c"), throughput("by-a", 1, 1)};
  const auto changed = execute(both);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(states(*changed), "by-a UPDATING, by-c CREATING false");
  EXPECT_EQ(described().indexes.back().index.throughput, (model::Throughput{3, 4}));
}

}  // namespace
}  // namespace stator::ops
