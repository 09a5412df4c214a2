// Many writes in one commit, and once only.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/keys.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/read_item.h"
#include "storage/write_item.h"

namespace stator::storage {
namespace {

using namespace std::chrono_literals;

const std::string kDigest(codec::kRequestDigestBytes, 'd');
const std::string kOtherDigest(codec::kRequestDigestBytes, 'o');

model::Item item(std::string_view pk, std::int64_t count = 0) {
  model::MapWriter map;
  model::append_number(map.next("n"), model::Number::from_int(count));
  model::append_string(map.next("pk"), pk);
  std::string encoded;
  map.finish(encoded);
  return model::Item(encoded);
}

std::int64_t count_of(model::MapView value) { return std::stoll(value.find("n")->number().text()); }

class WriteItemsTest : public testing::Test {
 protected:
  void SetUp() override {
    start();
    Session session{.storage = *storage_};
    model::Table table;
    table.region = "r";
    table.name = "counts";
    table.key = model::KeySchema({{"pk", model::Type::kString}});
    ASSERT_TRUE(storage_->create_table(session, table));
  }

  void start() {
    storage_.reset();
    auto engine = kv::make_local_engine(std::make_unique<kv::FaultStore>(store_, faults_), clock_);
    ASSERT_TRUE(engine);
    auto storage = Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
  }

  // Adds one to each of the items, or refuses where the count is negative. "done" or "repeated" with the sizes of the
  // items, or the errors.
  std::string add(const std::vector<std::string>& names, const ClientToken* token) {
    const auto table = *storage_->usable_table("r", "counts");
    std::vector<model::Item> keys;
    std::vector<model::Item> next(names.size());
    std::vector<ItemDecision> decisions;
    for (std::size_t i = 0; i < names.size(); ++i) {
      keys.push_back(item(names[i]));
      decisions.emplace_back([&, i](const codec::ItemRecord* old) -> Result<ItemChange> {
        const std::int64_t count = old ? count_of(old->item) : 0;
        if (count < 0) return fail(ErrorCode::kConditionalCheckFailed, "negative");
        next[i] = item(names[i], count + 1);
        return ItemChange{WriteAction::kPut, next[i].value(), model::item_size(next[i].view())};
      });
    }
    std::vector<ItemWrite> writes;
    for (std::size_t i = 0; i < names.size(); ++i) {
      writes.push_back({.table = *table, .key = keys[i].view(), .decide = decisions[i]});
    }
    Session session{.storage = *storage_};
    const auto outcome = write_items(session, writes, token);
    for (const kv::Ticket& ticket : session.tickets) {
      if (!kv::wait(ticket)) return "not durable";
    }
    if (!outcome) return outcome.error().message;
    std::string shown = outcome->is_repeated ? "repeated" : "done";
    for (const auto& effect : outcome->effects) {
      shown += ' ' + (effect ? std::to_string(effect->item_bytes) : effect.error().message);
    }
    return shown;
  }
  std::string add_once(const std::vector<std::string>& names, std::string_view token, std::string_view digest = kDigest,
                       std::string_view region = "r") {
    const ClientToken once{.region = region, .token = token, .digest = digest};
    return add(names, &once);
  }

  std::int64_t count(std::string_view name) {
    Session session{.storage = *storage_};
    const auto table = *storage_->usable_table("r", "counts");
    const auto stored = read_item(session, table->definition(), item(name).view());
    EXPECT_TRUE(stored);
    return *stored ? count_of((*stored)->item.view()) : 0;
  }

  void put(std::string_view name, std::int64_t count) {
    Session session{.storage = *storage_};
    const model::Item value = item(name, count);
    ASSERT_TRUE(write_item(session, **storage_->usable_table("r", "counts"), value.view(), [&](const auto*) {
      return ItemChange{WriteAction::kPut, value.value(), model::item_size(value.view())};
    }));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }

  std::size_t tokens_kept() {
    const kv::Range all{codec::client_token_prefix(0), codec::client_token_prefix(~std::uint32_t{0})};
    std::size_t kept = 0;
    for (auto at = store_->scan(all, kv::Direction::kForward, kv::Wait::kAllowed); at->valid(); at->next()) ++kept;
    return kept;
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::shared_ptr<kv::Store> store_ = kv::make_memory_store();
  std::unique_ptr<Storage> storage_;
};

TEST_F(WriteItemsTest, OneRefusalKeepsAllFromBeingWrittenAndAllAreTold) {
  put("b", -1);
  put("d", -1);
  EXPECT_EQ(add({"a", "b", "c", "d"}, nullptr), "done 6 negative 6 negative");
  EXPECT_EQ(count("a"), 0);
  EXPECT_EQ(count("c"), 0);
  EXPECT_EQ(add({"a", "c"}, nullptr), "done 6 6");
  EXPECT_EQ(count("a"), 1);
  EXPECT_EQ(count("c"), 1);
}

TEST_F(WriteItemsTest, ATokenCountsForTenMinutes) {
  struct Row {
    const char* name;
    std::chrono::microseconds later;
    std::string outcome;
    std::int64_t count;
  };
  // The clock stands 200 seconds after the begin of a window.
  const Row rows[] = {
      {"first", 0s, "done 6", 1},
      {"at once", 0s, "repeated 6", 1},
      {"in the next window", 9min, "repeated 6", 1},
      {"at its very end", 1min - 1us, "repeated 6", 1},
      {"too late", 1us, "done 6", 2},
      {"and anew", 10min - 1us, "repeated 6", 2},
      {"after hours", 5h, "done 6", 3},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    clock_.advance(row.later);
    EXPECT_EQ(add_once({"a"}, "token"), row.outcome);
    EXPECT_EQ(count("a"), row.count);
  }
}

TEST_F(WriteItemsTest, RequestsNeedNotComeInTheOrderOfTheirTimes) {
  // A clock that is set back, or a request that looked at it before the border of a window and is decided on after
  // another.
  clock_.advance(10min);
  EXPECT_EQ(add_once({"a"}, "token"), "done 6");
  clock_.advance(-10min);
  EXPECT_EQ(add_once({"a"}, "token"), "repeated 6");
  EXPECT_EQ(count("a"), 1);
}

TEST_F(WriteItemsTest, ATokenIsOfOneRequestAndOneRegion) {
  EXPECT_EQ(add_once({"a"}, "token"), "done 6");
  EXPECT_NE(add_once({"a"}, "token", kOtherDigest).find("retried a request with a different payload"),
            std::string::npos);
  EXPECT_EQ(add_once({"a"}, "tokem"), "done 6");
  EXPECT_EQ(add_once({"a"}, "token", kDigest, "s"), "done 6");
  EXPECT_EQ(count("a"), 3);
}

TEST_F(WriteItemsTest, ARefusedRequestDoesNotUseItsToken) {
  put("b", -1);
  EXPECT_EQ(add_once({"a", "b"}, "token"), "done 6 negative");
  EXPECT_EQ(tokens_kept(), 0U);
  put("b", 7);
  EXPECT_EQ(add_once({"a", "b"}, "token"), "done 6 6");
  EXPECT_EQ(add_once({"a", "b"}, "token"), "repeated 6 6");
  EXPECT_EQ(count("b"), 8);
}

TEST_F(WriteItemsTest, TokensOutliveTheProcess) {
  EXPECT_EQ(add_once({"a"}, "token"), "done 6");
  start();
  EXPECT_EQ(add_once({"a"}, "token"), "repeated 6");
  EXPECT_EQ(count("a"), 1);
}

TEST_F(WriteItemsTest, OldTokensAreErasedByTheNextOnes) {
  for (int i = 0; i < 5; ++i) add_once({"a"}, "token" + std::to_string(i));
  EXPECT_EQ(tokens_kept(), 5U);
  clock_.advance(10min);
  add_once({"a"}, "next");
  EXPECT_EQ(tokens_kept(), 6U);
  clock_.advance(10min);
  add_once({"a"}, "third");
  EXPECT_EQ(tokens_kept(), 7U) << "a clock that is set back still finds them";
  clock_.advance(10min);
  add_once({"a"}, "last");
  EXPECT_EQ(tokens_kept(), 3U);
}

TEST_F(WriteItemsTest, ATokenGoesTheWayOfItsWrites) {
  faults_->fail_writes(0, 1, {ErrorCode::kInternal, "a broken disk"});
  EXPECT_EQ(add_once({"a"}, "token"), "not durable");
  EXPECT_EQ(add_once({"a"}, "token"), "done 6");
  EXPECT_EQ(count("a"), 1);
}

TEST_F(WriteItemsTest, OfManyAtOnceWithOneTokenOneIsDone) {
  constexpr int kThreads = 8;
  constexpr int kTokens = 50;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kTokens; ++i) {
        const std::string outcome = add_once({"a", "b"}, "token" + std::to_string(i));
        EXPECT_TRUE(outcome == "done 6 6" || outcome == "repeated 6 6") << outcome;
        done += outcome == "done 6 6";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, kTokens);
  EXPECT_EQ(count("a"), kTokens);
  EXPECT_EQ(count("b"), kTokens);
}

}  // namespace
}  // namespace stator::storage
