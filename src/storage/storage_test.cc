#include "storage/storage.h"

#include <future>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/read_item.h"
#include "storage/read_page.h"
#include "storage/write_item.h"

namespace stator::storage {
namespace {

using namespace std::chrono_literals;

model::Table music() {
  model::Table table;
  table.region = "us-east-1";
  table.name = "Music";
  table.key = model::KeySchema({{"pk", model::Type::kString}}, {{"sk", model::Type::kNumber}});
  return table;
}

model::Item item(std::string_view pk, std::int64_t sk, std::string_view text) {
  model::MapWriter map;
  model::append_string(map.next("pk"), pk);
  model::append_number(map.next("sk"), model::Number::from_int(sk));
  model::append_string(map.next("text"), text);
  std::string encoded;
  map.finish(encoded);
  return model::Item(encoded);
}

class StorageTest : public testing::Test {
 protected:
  void open(std::chrono::milliseconds table_delay = 0ms) {
    auto engine = kv::make_local_engine(
        std::make_unique<kv::FaultStore>(std::shared_ptr<kv::Store>(kv::make_memory_store()), faults_), clock_);
    ASSERT_TRUE(engine);
    auto storage = Storage::open(*std::move(engine), {.table_delay = table_delay}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
  }

  Session session() { return {.storage = *storage_}; }

  static Result<void> settle(Session& session, const Result<WriteEffect>& result) {
    for (const kv::Ticket& ticket : session.tickets) TRY(kv::wait(ticket));
    if (!result) return std::unexpected(result.error());
    return {};
  }

  Result<void> put(const TablePtr& table, const model::Item& value) {
    Session s = session();
    return settle(s, write_item(s, *table, value.view(), [&](const codec::ItemRecord*) {
                    return ItemChange{WriteAction::kPut, value.value(), model::item_size(value.view())};
                  }));
  }

  Result<void> erase(const TablePtr& table, const model::Item& value) {
    Session s = session();
    return settle(s, write_item(s, *table, value.view(),
                                [&](const codec::ItemRecord*) { return ItemChange{WriteAction::kErase, {}, 0}; }));
  }

  TablePtr create() {
    Session s = session();
    auto table = storage_->create_table(s, music());
    EXPECT_TRUE(table);
    return *table;
  }

  TableCounters counters(const TablePtr& table) {
    Session s = session();
    return *storage_->counters(s, table->definition().number, IndexNumber{0});
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::unique_ptr<Storage> storage_;
};

TEST_F(StorageTest, CountersAreExactAfterEveryKindOfWrite) {
  open();
  const TablePtr table = create();
  struct Row {
    const char* name;
    std::function<Result<void>()> write;
    std::int64_t items;
    std::int64_t bytes;
  };
  // pk 2 + 1, sk 2 + 2, text 4 + n.
  const Row rows[] = {
      {"insert", [&] { return put(table, item("a", 1, "12345")); }, 1, 16},
      {"second", [&] { return put(table, item("a", 2, "")); }, 2, 27},
      {"replace with a longer one", [&] { return put(table, item("a", 2, "123")); }, 2, 30},
      {"replace with the same", [&] { return put(table, item("a", 2, "123")); }, 2, 30},
      {"erase what is not there", [&] { return erase(table, item("b", 1, "")); }, 2, 30},
      {"erase", [&] { return erase(table, item("a", 1, "")); }, 1, 14},
      {"erase the last", [&] { return erase(table, item("a", 2, "")); }, 0, 0},
  };
  for (const Row& row : rows) {
    ASSERT_TRUE(row.write()) << row.name;
    EXPECT_EQ(counters(table).items, row.items) << row.name;
    EXPECT_EQ(counters(table).bytes, row.bytes) << row.name;
  }
}

TEST_F(StorageTest, RefusedWriteChangesNothing) {
  open();
  const TablePtr table = create();
  ASSERT_TRUE(put(table, item("a", 1, "old")));
  Session s = session();
  const model::Item next = item("a", 1, "new");
  const auto refused =
      settle(s, write_item(s, *table, next.view(), [](const codec::ItemRecord* old) -> Result<ItemChange> {
               EXPECT_NE(old, nullptr);
               return fail(ErrorCode::kConditionalCheckFailed, "no");
             }));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConditionalCheckFailed);
  const auto stored = read_item(s, table->definition(), next.view());
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->item, item("a", 1, "old"));
}

TEST_F(StorageTest, WriteThroughAnOutdatedHandleStartsAgain) {
  open();
  const TablePtr old = create();
  Session s = session();
  ASSERT_TRUE(storage_->change_table(s, "us-east-1", "Music", [](model::Table& table) -> Result<void> {
    table.deletion_protection = true;
    return {};
  }));
  const auto written = put(old, item("a", 1, ""));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kStale);
  EXPECT_TRUE(put(storage_->find_table("us-east-1", "Music"), item("a", 1, "")));
}

TEST_F(StorageTest, TableOfTheSameNameStartsEmpty) {
  open();
  const TablePtr first = create();
  ASSERT_TRUE(put(first, item("a", 1, "")));
  Session s = session();
  ASSERT_TRUE(storage_->delete_table(s, "us-east-1", "Music", [](const model::Table&) { return Result<void>(); }));
  EXPECT_FALSE(storage_->usable_table("us-east-1", "Music"));
  const TablePtr second = create();
  EXPECT_NE(second->definition().number, first->definition().number);
  EXPECT_NE(second->definition().id, first->definition().id);
  EXPECT_EQ(counters(second).items, 0);
  const auto stored = read_item(s, second->definition(), item("a", 1, "").view());
  ASSERT_TRUE(stored);
  EXPECT_FALSE(stored->has_value());
}

TEST_F(StorageTest, TableWhoseCreationFailedWasNeverThere) {
  open();
  faults_->fail_writes(0, 1, {ErrorCode::kInternal, "The disk is full"});
  Session s = session();
  EXPECT_FALSE(storage_->create_table(s, music()));
  EXPECT_FALSE(storage_->find_table("us-east-1", "Music"));
  EXPECT_TRUE(put(create(), item("a", 1, "")));
}

TEST_F(StorageTest, TableWhoseDeletionFailedIsStillThere) {
  open();
  const TablePtr table = create();
  ASSERT_TRUE(put(table, item("a", 1, "")));
  faults_->fail_writes(0, 1, {ErrorCode::kInternal, "The disk is full"});
  Session s = session();
  EXPECT_FALSE(storage_->delete_table(s, "us-east-1", "Music", [](const model::Table&) { return Result<void>(); }));
  const TablePtr present = storage_->find_table("us-east-1", "Music");
  ASSERT_TRUE(present);
  EXPECT_TRUE(put(present, item("a", 2, "")));
  EXPECT_EQ(counters(present).items, 2);
}

TEST_F(StorageTest, ChangeIsShownOnlyWhenItIsDurable) {
  open();
  std::promise<void> reached;
  std::promise<void> release;
  faults_->before_write([&, gate = release.get_future().share()](std::size_t) {
    reached.set_value();
    gate.wait();
  });
  std::thread creator([&] { create(); });
  reached.get_future().wait();
  EXPECT_FALSE(storage_->find_table("us-east-1", "Music"));
  release.set_value();
  creator.join();
  EXPECT_TRUE(storage_->find_table("us-east-1", "Music"));
}

TEST_F(StorageTest, DelayedTableShowsEachStatusInItsTime) {
  open(100ms);
  const TablePtr table = create();
  EXPECT_EQ(storage_->status_of(table->definition()), model::TableStatus::kCreating);
  EXPECT_FALSE(storage_->usable_table("us-east-1", "Music"));
  clock_.advance(100ms);
  EXPECT_EQ(storage_->status_of(table->definition()), model::TableStatus::kActive);
  EXPECT_TRUE(storage_->usable_table("us-east-1", "Music"));

  Session s = session();
  ASSERT_TRUE(storage_->delete_table(s, "us-east-1", "Music", [](const model::Table&) { return Result<void>(); }));
  ASSERT_TRUE(storage_->find_table("us-east-1", "Music"));
  EXPECT_FALSE(storage_->usable_table("us-east-1", "Music"));
  clock_.advance(100ms);
  EXPECT_FALSE(storage_->find_table("us-east-1", "Music"));
  EXPECT_NE(create()->definition().number, table->definition().number);
}

TEST_F(StorageTest, PagesEndAtTheLimitAndAtOneMegabyte) {
  open();
  const TablePtr table = create();
  const std::string text(100'000, 'x');
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(put(table, item("a", i, text)));
  struct Row {
    std::uint64_t limit;
    std::uint64_t want;
    bool more;
  };
  for (const Row row : {Row{1, 1, true}, Row{10, 10, true}, Row{25, 11, true}, Row{UINT64_MAX, 11, true}}) {
    Session s = session();
    Page page;
    page.limit = row.limit;
    const kv::Range everything{std::string(1, '\x10'), std::string(1, '\x11')};
    ASSERT_TRUE(read_page(s, {.table = *table}, everything, kv::Direction::kForward, {}, page));
    EXPECT_EQ(page.scanned, row.want);
    EXPECT_EQ(page.last_key.has_value(), row.more);
  }
}

}  // namespace
}  // namespace stator::storage
