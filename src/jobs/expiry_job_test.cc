#include "jobs/expiry_job.h"

#include <memory>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "jobs/backfill_job.h"
#include "jobs/job_thread.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/change_log.h"
#include "storage/check.h"
#include "storage/read_item.h"
#include "storage/streams.h"
#include "storage/write_item.h"

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;

// What the ManualClock begins at.
constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::int64_t kFiveYears = 5LL * 365 * 24 * 3600;

class ExpiryJobTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = kv::make_local_engine(
        std::make_unique<kv::FaultStore>(std::shared_ptr<kv::Store>(kv::make_memory_store()), faults_), clock_);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    begin(0ms);
    model::Table table;
    table.region = "r";
    table.name = "T";
    table.key = model::KeySchema({{"pk", model::Type::kString}});
    table.stream = model::StreamSpecification{.view_type = model::StreamViewType::kOldImage};
    table.shards = {model::Shard{}};
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->create_table(session, std::move(table)));
  }

  void begin(std::chrono::milliseconds delay) {
    job_ = std::make_unique<ExpiryJob>(ExpiryJob::Dependencies{
        .storage = *storage_, .clock = clock_, .log = log_, .delay = delay, .requests = [] { return 0; }});
  }

  void enable(bool enabled = true) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->change_table(session, "r", "T", [&](model::Table& table) -> Result<void> {
      table.expiry.reset();
      if (enabled) table.expiry = model::expiry_index("ttl");
      return {};
    }));
    BackfillJob backfill({.storage = *storage_, .clock = clock_, .log = log_, .requests = [] { return 0; }});
    while (backfill.step() != JobThread::kUntilWoken) {
    }
  }

  // `time`: the text of a number, or "S" before that of a string; empty for none.
  void put(std::string_view pk, std::string_view time) {
    model::MapWriter map;
    model::append_string(map.next("pk"), pk);
    if (time.starts_with('S')) {
      model::append_string(map.next("ttl"), time.substr(1));
    } else if (!time.empty()) {
      model::append_number(map.next("ttl"), *model::Number::parse(time));
    }
    std::string encoded;
    map.finish(encoded);
    const model::Item item(encoded);
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::write_item(session, **storage_->usable_table("r", "T"), item.view(), [&](const auto*) {
      return storage::ItemChange{storage::WriteAction::kPut, item.value(), model::item_size(item.view())};
    }));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }
  void put(std::string_view pk, std::int64_t time) { put(pk, fmt::format("{}", time)); }

  bool has(std::string_view pk) {
    model::MapWriter map;
    model::append_string(map.next("pk"), pk);
    std::string encoded;
    map.finish(encoded);
    storage::Session session{.storage = *storage_};
    const auto table = *storage_->usable_table("r", "T");
    return storage::read_item(session, table->definition(), model::ValueView(encoded).map())->has_value();
  }

  // Until there is nothing more to do now.
  void run() {
    while (job_->step() == 0us) {
    }
  }

  void expect_sound() {
    const auto report = storage::check(storage_->engine());
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->problems.empty()) << report->problems.front();
  }

  ManualClock clock_;
  SeededRandom random_{1};
  obs::Log log_{obs::Level::kOff};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<ExpiryJob> job_;
};

TEST_F(ExpiryJobTest, DeletesWhatIsOverAndNothingElse) {
  struct Row {
    const char* name;
    std::string time;
    bool goes;
  };
  const Row rows[] = {
      {"a second ago", std::to_string(kNow - 1), true},
      {"just now", std::to_string(kNow), false},
      {"with a fraction, before now", std::to_string(kNow - 1) + ".999", true},
      {"with an exponent", "17e8", false},
      {"with an exponent, before", "16999e5", true},
      {"to come", std::to_string(kNow + 100), false},
      {"milliseconds", std::to_string(kNow - 1) + "000", false},
      {"nearly five years ago", std::to_string(kNow - kFiveYears + 10), true},
      {"longer ago", std::to_string(kNow - kFiveYears - 10), false},
      {"zero", "0", false},
      {"negative", "-5", false},
      {"text", "S" + std::to_string(kNow - 1), false},
      {"none", "", false},
  };
  // Half of the rows are there before time to live is enabled.
  for (const bool before : {true, false}) {
    SetUp();
    if (!before) enable();
    for (const Row& row : rows) put(row.name, row.time);
    if (before) enable();
    run();
    for (const Row& row : rows) EXPECT_EQ(has(row.name), !row.goes) << row.name;
    expect_sound();
  }
  EXPECT_EQ(job_->items_deleted(), 4U);
}

TEST_F(ExpiryJobTest, ItemsGoWhenTheirTimeComes) {
  enable();
  put("soon", kNow + 5);
  put("late", kNow + 500);
  put("postponed", kNow + 5);
  put("kept", kNow + 5);
  run();
  EXPECT_TRUE(has("soon"));
  put("postponed", kNow + 500);
  put("kept", "");
  clock_.advance(6s);
  run();
  EXPECT_FALSE(has("soon"));
  EXPECT_TRUE(has("late") && has("postponed") && has("kept"));
  // Behind the position that the job has come to.
  put("over when written", kNow - 1000);
  clock_.advance(10s);
  run();
  EXPECT_FALSE(has("over when written"));
  clock_.advance(500s);
  run();
  EXPECT_FALSE(has("late") || has("postponed"));
  EXPECT_TRUE(has("kept"));
  expect_sound();
}

TEST_F(ExpiryJobTest, WhatCouldNotBeDeletedIsTriedAgain) {
  enable();
  put("a", kNow - 5);
  faults_->fail_writes(0, 1, {ErrorCode::kInternal, "a broken disk"});
  job_->step();
  EXPECT_TRUE(has("a"));
  EXPECT_EQ(job_->items_deleted(), 0U);
  job_->step();
  EXPECT_FALSE(has("a"));
  EXPECT_EQ(job_->items_deleted(), 1U);
}

TEST_F(ExpiryJobTest, NothingGoesOnceItIsDisabled) {
  enable();
  put("a", kNow + 5);
  enable(false);
  clock_.advance(1h);
  EXPECT_EQ(job_->step(), JobThread::kUntilWoken);
  EXPECT_TRUE(has("a"));
  expect_sound();
}

TEST_F(ExpiryJobTest, ADelayImitatesTheRealService) {
  enable();
  put("a", kNow);
  begin(1h);
  clock_.advance(59min);
  run();
  EXPECT_TRUE(has("a"));
  clock_.advance(62s);
  run();
  EXPECT_FALSE(has("a"));
}

TEST_F(ExpiryJobTest, DeletionsAreLoggedAsStatorsOwn) {
  enable();
  put("a", kNow - 1);
  run();
  const auto stream = storage::list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 1)->front();
  std::string shown;
  ASSERT_TRUE(storage::read_changes(storage_->engine(), kv::Wait::kAllowed, stream.table, stream.first_shard, {},
                                    [&](codec::LogPosition, const codec::ChangeRecord& change) {
                                      shown += change.kind == codec::ChangeKind::kRemove ? "remove" : "insert";
                                      shown += change.origin == codec::ChangeOrigin::kTimeToLive ? " by ttl;" : ";";
                                      return true;
                                    }));
  EXPECT_EQ(shown, "insert;remove by ttl;");
}

TEST_F(ExpiryJobTest, ManyAreDeletedInManySteps) {
  enable();
  for (int i = 0; i < 2500; ++i) put(fmt::format("item{}", i), kNow - 1 - i % 7);
  run();
  EXPECT_EQ(job_->items_deleted(), 2500U);
  EXPECT_FALSE(has("item0") || has("item2499"));
  expect_sound();
}

}  // namespace
}  // namespace stator::jobs
