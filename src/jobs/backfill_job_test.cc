#include "jobs/backfill_job.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "jobs/job_thread.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/check.h"
#include "storage/write_item.h"

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;
using model::Type;

class BackfillJobTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = kv::make_local_engine(
        std::make_unique<kv::FaultStore>(std::shared_ptr<kv::Store>(kv::make_memory_store()), faults_), clock_);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    job_ = std::make_unique<BackfillJob>(
        BackfillJob::Dependencies{.storage = *storage_, .clock = clock_, .log = log_, .requests = [] { return 0; }});
  }

  void create(const std::string& name, int items) {
    model::Table table;
    table.region = "r";
    table.name = name;
    table.key = model::KeySchema({{"pk", Type::kString}});
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->create_table(session, std::move(table)));
    for (int i = 0; i < items; ++i) {
      model::MapWriter map;
      model::append_string(map.next("pk"), fmt::format("{}", i));
      model::append_string(map.next("g"), "g");
      std::string encoded;
      map.finish(encoded);
      const model::Item item(encoded);
      storage::Session writing{.storage = *storage_};
      ASSERT_TRUE(
          storage::write_item(writing, **storage_->usable_table("r", name), item.view(), [&](const codec::ItemRecord*) {
            return storage::ItemChange{storage::WriteAction::kPut, item.value(), model::item_size(item.view())};
          }));
      for (const kv::Ticket& ticket : writing.tickets) ASSERT_TRUE(kv::wait(ticket));
    }
  }
  void change(const std::string& name, const std::function<void(model::Table&)>& change) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->change_table(session, "r", name, [&](model::Table& table) -> Result<void> {
      change(table);
      return {};
    }));
  }
  void add_index(const std::string& name, std::chrono::milliseconds allocation = 0ms) {
    model::Index index;
    index.name = "by";
    index.key = model::KeySchema({{"g", Type::kString}});
    index.backfilling = true;
    index.status = model::TableStatus::kCreating;
    index.status_until = clock_.now() + allocation;
    change(name, [&](model::Table& table) { table.indexes.push_back(index); });
  }
  model::TableStatus status(const std::string& name) {
    return storage_->status_of(*(*storage_->usable_table("r", name))->definition().find_index("by"));
  }
  std::int64_t entries(const std::string& name) {
    const storage::TablePtr table = *storage_->usable_table("r", name);
    storage::Session session{.storage = *storage_};
    return storage_->counters(session, table->definition().number, table->definition().find_index("by")->number)->items;
  }
  void run() {
    while (job_->step() != JobThread::kUntilWoken) {
    }
  }
  std::uint64_t problems() { return storage::check(*storage_->engine().snapshot())->problem_count; }

  ManualClock clock_;
  SeededRandom random_{1};
  obs::Log log_{obs::Level::kOff};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<BackfillJob> job_;
};

TEST_F(BackfillJobTest, FillsTheIndexAndMakesItActive) {
  create("T", 300);
  add_index("T");
  EXPECT_EQ(status("T"), model::TableStatus::kCreating);
  run();
  EXPECT_EQ(status("T"), model::TableStatus::kActive);
  EXPECT_EQ(entries("T"), 300);
  EXPECT_EQ(problems(), 0U);
  EXPECT_EQ(job_->stats().entries_written, 300U);
  EXPECT_EQ(job_->step(), JobThread::kUntilWoken);
}

TEST_F(BackfillJobTest, BeginsWhenTheResourcesAreAllocated) {
  create("T", 3);
  add_index("T", 100ms);
  clock_.advance(99ms);
  EXPECT_LT(job_->step(), 1s);
  EXPECT_EQ(entries("T"), 0);
  clock_.advance(1ms);
  run();
  EXPECT_EQ(status("T"), model::TableStatus::kActive);
  EXPECT_EQ(entries("T"), 3);
}

TEST_F(BackfillJobTest, ADeletedIndexIsLetGo) {
  create("T", 300);
  add_index("T");
  job_->step();
  EXPECT_GT(entries("T"), 0);
  change("T", [](model::Table& table) { table.indexes.front().status = model::TableStatus::kDeleting; });
  EXPECT_EQ(job_->step(), JobThread::kUntilWoken);
  EXPECT_EQ(problems(), 0U);
}

TEST_F(BackfillJobTest, IndexesTakeTurns) {
  create("T", 5000);
  create("U", 5000);
  add_index("T");
  add_index("U");
  for (int i = 0; i < 4; ++i) job_->step();
  for (const char* name : {"T", "U"}) {
    EXPECT_GT(entries(name), 0) << name;
    EXPECT_LT(entries(name), 5000) << name;
  }
  run();
  EXPECT_EQ(entries("T"), 5000);
  EXPECT_EQ(entries("U"), 5000);
  EXPECT_EQ(problems(), 0U);
}

TEST_F(BackfillJobTest, GoesOnAfterAFailure) {
  create("T", 300);
  add_index("T");
  job_->step();
  faults_->fail_writes(0, 1, {ErrorCode::kInternal, "no"});
  EXPECT_EQ(job_->step(), 1s);
  EXPECT_EQ(status("T"), model::TableStatus::kCreating);
  run();
  EXPECT_EQ(status("T"), model::TableStatus::kActive);
  EXPECT_EQ(entries("T"), 300);
  EXPECT_EQ(problems(), 0U);
}

}  // namespace
}  // namespace stator::jobs
