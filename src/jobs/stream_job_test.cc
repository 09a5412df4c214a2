#include "jobs/stream_job.h"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "capacity/partitions.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/streams.h"
#include "storage/write_item.h"

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;

class StreamJobTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = kv::make_local_engine(kv::make_memory_store(), clock_);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    job_ = std::make_unique<StreamJob>(
        StreamJob::Dependencies{.storage = *storage_, .clock = clock_, .log = log_, .shard_life = 4h});
  }

  void create(model::BillingMode billing) {
    model::Table table;
    table.region = "r";
    table.name = "T";
    table.key = model::KeySchema({{"pk", model::Type::kString}});
    table.billing_mode = billing;
    table.stream = model::StreamSpecification{};
    for (const capacity::HashRange& hashes : capacity::partitions(table)) {
      table.shards.push_back({.number = {}, .parent = {}, .first_hash = hashes.first, .last_hash = hashes.last});
    }
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->create_table(session, std::move(table)));
  }

  void put(std::string_view pk) {
    model::MapWriter map;
    model::append_string(map.next("pk"), pk);
    std::string encoded;
    map.finish(encoded);
    const model::Item item(encoded);
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::write_item(session, **storage_->usable_table("r", "T"), item.view(), [&](const auto*) {
      return storage::ItemChange{storage::WriteAction::kPut, item.value(), model::item_size(item.view())};
    }));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }

  // "1 closed; 2<1; 3<1": number, parent.
  std::string shards() {
    const auto streams = storage::list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 1);
    std::string shown;
    if (streams->empty()) return shown;
    const auto all = storage::read_shards(storage_->engine(), kv::Wait::kAllowed, streams->front());
    for (const storage::StoredShard& shard : *all) {
      if (!shown.empty()) shown += "; ";
      shown += fmt::format("{}", shard.shard().number.value);
      if (shard.shard().parent) shown += fmt::format("<{}", shard.shard().parent->value);
      if (shard.closing) shown += " closed";
    }
    return shown;
  }

  ManualClock clock_;
  SeededRandom random_{1};
  obs::Log log_{obs::Level::kOff};
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<StreamJob> job_;
};

TEST_F(StreamJobTest, AShardIsFollowedByAnotherWhenItsTimeIsOver) {
  create(model::BillingMode::kProvisioned);
  EXPECT_EQ(job_->step(), 1min);
  EXPECT_EQ(shards(), "1");
  clock_.advance(4h - 1s);
  EXPECT_EQ(job_->step(), 1s);
  EXPECT_EQ(shards(), "1");
  clock_.advance(1s);
  job_->step();
  EXPECT_EQ(shards(), "1 closed; 2<1");
  clock_.advance(4h);
  job_->step();
  EXPECT_EQ(shards(), "1 closed; 2<1 closed; 3<2");
  EXPECT_EQ(job_->stats().shards_rolled, 2U);
}

TEST_F(StreamJobTest, MorePartitionsSplitAShard) {
  create(model::BillingMode::kProvisioned);
  storage::Session session{.storage = *storage_};
  const auto to = [&](model::BillingMode billing) {
    ASSERT_TRUE(storage_->change_table(session, "r", "T", [&](model::Table& table) -> Result<void> {
      table.billing_mode = billing;
      return {};
    }));
    job_->step();
  };
  to(model::BillingMode::kPayPerRequest);
  EXPECT_EQ(shards(), "1 closed; 2<1; 3<1; 4<1; 5<1");
  to(model::BillingMode::kProvisioned);
  EXPECT_EQ(shards(), "1 closed; 2<1; 3<1; 4<1; 5<1") << "there are no merges";
}

TEST_F(StreamJobTest, WhatIsOlderThanADayIsGone) {
  create(model::BillingMode::kProvisioned);
  put("a");
  clock_.advance(4h);
  put("b");
  job_->step();
  clock_.advance(20h);
  job_->step();
  EXPECT_EQ(job_->stats().changes_trimmed, 0U);
  clock_.advance(1s);
  job_->step();
  EXPECT_EQ(job_->stats().changes_trimmed, 1U);
  clock_.advance(4h);
  job_->step();
  EXPECT_EQ(job_->stats().changes_trimmed, 2U);
  EXPECT_EQ(shards(), "2<1 closed; 3<2 closed; 4<3") << "what was closed a day ago is gone";
}

}  // namespace
}  // namespace stator::jobs
