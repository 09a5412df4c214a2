#include "kv/local/local_engine.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "kv/fault/fault_store.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

// What a thread waits at until the test opens it.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    --waiting_;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void await_waiter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

struct Rig {
  explicit Rig(EngineLimits limits = {}) { start(CommitNumber{}, limits); }
  ~Rig() {
    gate.open();
    engine.reset();
  }
  void start(CommitNumber last, EngineLimits limits = {}) {
    engine.reset();
    faults = std::make_shared<Faults>();
    engine = std::make_unique<LocalEngine>(std::make_unique<FaultStore>(memory, faults), test_clock(), last, limits);
  }
  // Keeps the committer before its next write until `gate` is opened, and returns once it is there.
  void hold_writes() {
    faults->before_write([this](std::size_t) { gate.pass(); });
    commit_put("held", "x");
    gate.await_waiter();
  }
  Ticket commit_put(const std::string& key, const std::string& value) {
    const std::vector<std::string> keys = {key};
    auto ticket = engine->commit(keys, Wait::kNever, [&](const DecisionView&, Batch& batch) -> Result<Verdict> {
      batch.put(key, value);
      return Verdict::kCommit;
    });
    EXPECT_TRUE(ticket) << ticket.error().message;
    return ticket ? *ticket : Ticket();
  }
  // What a decision that abandons sees, and its ticket.
  std::pair<std::string, Ticket> look(const std::string& key) {
    const std::vector<std::string> keys = {key};
    std::string seen = "-";
    auto ticket = engine->commit(keys, Wait::kNever, [&](const DecisionView& view, Batch& batch) -> Result<Verdict> {
      batch.put(key, "not to be written");
      TRY_ASSIGN(const auto value, view.get(0));
      if (value) seen = *value;
      return Verdict::kAbandon;
    });
    EXPECT_TRUE(ticket) << ticket.error().message;
    return {seen, ticket ? *ticket : Ticket()};
  }

  Gate gate;
  std::shared_ptr<Store> memory = make_memory_store();
  std::shared_ptr<Faults> faults;
  std::unique_ptr<LocalEngine> engine;
};

// What came of a ticket, as soon as it is known.
class Outcome {
 public:
  explicit Outcome(const Ticket& ticket) {
    ticket.then([state = state_](const Result<void>& result) {
      *state = result ? "durable" : fmt::format("error {}", static_cast<int>(result.error().code));
    });
  }
  // Only once the engine has been waited for.
  [[nodiscard]] std::string now() const { return *state_; }

 private:
  std::shared_ptr<std::string> state_ = std::make_shared<std::string>("open");
};

const std::string kInternal = fmt::format("error {}", static_cast<int>(ErrorCode::kInternal));

TEST(LocalEngine, DecisionsSeeWhatIsNotDurableAndReadersDoNot) {
  Rig rig;
  ASSERT_TRUE(wait(rig.commit_put("erased", "old")));
  ASSERT_TRUE(wait(rig.commit_put("in range", "old")));
  rig.hold_writes();
  const Outcome put(rig.commit_put("a", "1"));
  Batch batch;
  batch.erase("erased");
  batch.erase_range("in", "io");
  std::thread other([&] { EXPECT_TRUE(commit_now(*rig.engine, batch)); });
  while (rig.look("erased").first != "-") std::this_thread::yield();

  const auto [seen, ticket] = rig.look("a");
  EXPECT_EQ(seen, "1");
  const Outcome look(ticket);
  EXPECT_EQ(rig.look("in range").first, "-");
  EXPECT_TRUE(rig.look("in range").second.is_pending());
  EXPECT_FALSE(rig.look("untouched").second.is_pending());
  EXPECT_EQ(show_get(*rig.engine, "a"), "-");
  EXPECT_EQ(show_get(*rig.engine, "in range"), "old");
  EXPECT_EQ(put.now(), "open");
  EXPECT_EQ(look.now(), "open");

  const Outcome second(rig.commit_put("a", "2"));
  rig.gate.open();
  other.join();
  rig.engine->close();
  EXPECT_EQ(put.now(), "durable");
  EXPECT_EQ(look.now(), "durable");
  EXPECT_EQ(second.now(), "durable");
  EXPECT_EQ(show_get(*rig.engine, "a"), "2");
  EXPECT_EQ(show_get(*rig.engine, "in range"), "-");
}

TEST(LocalEngine, ReadersOfLogsAreToldOfWhatIsDurable) {
  Batch logged;
  logged.log(
      "\x12"
      "a",
      "entry");
  logged.put("k", "v");
  logged.log(
      "\x12"
      "b",
      "entry");
  struct Row {
    std::string_view name;
    std::function<void(Rig& rig)> commit;
    std::string_view want;
  };
  const std::vector<Row> rows = {
      {"no log", [](Rig& rig) { ASSERT_TRUE(wait(rig.commit_put("a", "1"))); }, ""},
      {"a log", [&](Rig& rig) { ASSERT_TRUE(commit_now(*rig.engine, logged)); }, "a b "},
      {"two",
       [&](Rig& rig) {
         ASSERT_TRUE(commit_now(*rig.engine, logged));
         ASSERT_TRUE(commit_now(*rig.engine, logged));
       },
       "a b a b "},
      {"a write that failed",
       [&](Rig& rig) {
         rig.faults->fail_writes(0, 1, {ErrorCode::kInternal, "no room"});
         ASSERT_FALSE(commit_now(*rig.engine, logged));
       },
       ""},
      {"nobody listens any more",
       [&](Rig& rig) {
         rig.engine->on_log(nullptr);
         ASSERT_TRUE(commit_now(*rig.engine, logged));
       },
       ""},
  };
  for (const Row& row : rows) {
    Rig rig;
    std::string told;
    rig.engine->on_log([&](std::string_view key) {
      told += fmt::format("{} ", key[1]);
      std::string value;
      EXPECT_TRUE(*rig.engine->get(key, Wait::kAllowed, value)) << "it is durable";
    });
    row.commit(rig);
    rig.engine->close();
    EXPECT_EQ(told, row.want) << row.name;
  }
}

TEST(LocalEngine, ARangeErasesPendingValuesBeforeItAndNoneAfterIt) {
  Rig rig;
  rig.hold_writes();
  rig.commit_put("k1", "before");
  rig.commit_put("k2", "before");
  const std::vector<std::string> none;
  ASSERT_TRUE(rig.engine->commit(none, Wait::kNever, [](const DecisionView&, Batch& batch) -> Result<Verdict> {
    batch.put("k3", "in the same, before");
    batch.erase_range("k", "l");
    batch.put("k4", "in the same, after");
    return Verdict::kCommit;
  }));
  rig.commit_put("k2", "after");
  EXPECT_EQ(rig.look("k1").first, "-");
  EXPECT_EQ(rig.look("k2").first, "after");
  EXPECT_EQ(rig.look("k3").first, "-");
  EXPECT_EQ(rig.look("k4").first, "in the same, after");
  rig.gate.open();
  rig.engine->close();
  EXPECT_EQ(show_scan(*rig.engine, {"k", "l"}, Direction::kForward), "k2=after k4=in the same, after");
}

TEST(LocalEngine, NothingPendingIsLeftOnceAllIsDurable) {
  Rig rig;
  for (int i = 0; i < 10; ++i) {
    rig.commit_put("a", std::to_string(i));
    Batch batch;
    batch.erase_range("b", "c");
    ASSERT_TRUE(commit_now(*rig.engine, batch));
  }
  EXPECT_FALSE(rig.look("a").second.is_pending());
  EXPECT_FALSE(rig.look("b").second.is_pending());
  EXPECT_EQ(rig.look("a").first, "9");
}

TEST(LocalEngine, CommitsGatherInOneGroup) {
  Rig rig;
  rig.hold_writes();
  for (int i = 0; i < 50; ++i) rig.commit_put(std::to_string(i), "v");
  rig.gate.open();
  rig.engine->close();
  const EngineStats stats = rig.engine->stats();
  EXPECT_EQ(stats.commits, 51);
  EXPECT_EQ(stats.groups, 2);
  EXPECT_EQ(stats.failed_groups, 0);
  EXPECT_GT(stats.memory_bytes, 0);
}

TEST(LocalEngine, StampsEveryCommitWithItsNumber) {
  Rig rig;
  const std::vector<std::string> keys = {"k"};
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto ticket = rig.engine->commit(keys, Wait::kAllowed, [](const DecisionView&, Batch& b) -> Result<Verdict> {
      b.put("k", "v:--------", 2);
      return Verdict::kCommit;
    });
    ASSERT_TRUE(ticket);
    const std::string pending = rig.look("k").first;
    ASSERT_TRUE(wait(*ticket));
    EXPECT_EQ(load_big_endian<std::uint64_t>(std::string_view(pending).substr(2)), number);
    EXPECT_EQ(show_get(*rig.engine, "k"), pending);
    EXPECT_EQ(rig.engine->last_durable(), CommitNumber{number});
  }
}

TEST(LocalEngine, AnEmptyBatchIsNoCommit) {
  Rig rig;
  const auto ticket = rig.engine->commit(
      {}, Wait::kNever, [](const DecisionView&, Batch&) -> Result<Verdict> { return Verdict::kCommit; });
  ASSERT_TRUE(ticket);
  EXPECT_FALSE(ticket->is_pending());
  rig.engine->close();
  EXPECT_EQ(rig.engine->last_durable(), CommitNumber{0});
}

TEST(LocalEngine, WouldBlockOnAKeyThatIsBeingDecidedOn) {
  Rig rig;
  Gate gate;
  const std::vector<std::string> keys = {"a", "b"};
  std::thread decider([&] {
    EXPECT_TRUE(rig.engine->commit(keys, Wait::kAllowed, [&](const DecisionView&, Batch& batch) -> Result<Verdict> {
      gate.pass();
      batch.put("a", "1");
      return Verdict::kCommit;
    }));
  });
  gate.await_waiter();
  const auto never = [&](const std::vector<std::string>& wanted) {
    const auto ticket = rig.engine->commit(
        wanted, Wait::kNever, [](const DecisionView&, Batch&) -> Result<Verdict> { return Verdict::kAbandon; });
    return ticket ? std::string("decided") : fmt::format("error {}", static_cast<int>(ticket.error().code));
  };
  const std::string would_block = fmt::format("error {}", static_cast<int>(ErrorCode::kWouldBlock));
  EXPECT_EQ(never({"b"}), would_block);
  EXPECT_EQ(never({"z", "a"}), would_block);
  EXPECT_EQ(never({"z"}), "decided");  // the attempt above has let go of it
  gate.open();
  decider.join();
  EXPECT_EQ(never({"b"}), "decided");
}

TEST(LocalEngine, WouldBlockOnAValueThatIsNotInMemory) {
  Rig rig;
  ASSERT_TRUE(wait(rig.commit_put("k", "1")));
  rig.faults->chill("k");
  const std::vector<std::string> keys = {"k"};
  const auto read = [&](Wait wait_mode) {
    std::string seen;
    const auto ticket = rig.engine->commit(keys, wait_mode, [&](const DecisionView& view, Batch&) -> Result<Verdict> {
      TRY_ASSIGN(const auto value, view.get(0));
      seen = value.value_or("-");
      return Verdict::kAbandon;
    });
    return ticket ? seen : fmt::format("error {}", static_cast<int>(ticket.error().code));
  };
  const std::string would_block = fmt::format("error {}", static_cast<int>(ErrorCode::kWouldBlock));
  EXPECT_EQ(read(Wait::kNever), would_block);
  EXPECT_EQ(show_get(*rig.engine, "k", Wait::kNever), would_block);
  EXPECT_EQ(show_scan(*rig.engine, {"a", "z"}, Direction::kForward, Wait::kNever), " " + would_block);
  EXPECT_EQ(show_get(*rig.engine->snapshot(), "k", Wait::kNever), would_block);
  EXPECT_EQ(read(Wait::kAllowed), "1");
  EXPECT_EQ(show_get(*rig.engine, "k"), "1");
}

TEST(LocalEngine, WouldBlockWhenItIsBehindWithWriting) {
  struct Row {
    const char* name;
    QueueLimits limits;
  };
  const Row rows[] = {{"commits", {.commits = 3, .bytes = 1 << 20}}, {"bytes", {.commits = 1000, .bytes = 4000}}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Rig rig({.queue = row.limits});
    rig.hold_writes();
    const std::string value(2000, 'v');
    rig.commit_put("a", value);
    rig.commit_put("b", value);
    Batch batch;
    batch.put("c", value);
    const auto copy = [&](const DecisionView&, Batch& decided) -> Result<Verdict> {
      decided = batch;
      return Verdict::kCommit;
    };
    const auto refused = rig.engine->commit({}, Wait::kNever, copy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kWouldBlock);
    std::atomic<bool> decided = false;
    std::thread patient([&] {
      EXPECT_TRUE(commit_now(*rig.engine, batch));
      decided = true;
    });
    EXPECT_FALSE(decided);
    rig.gate.open();
    patient.join();
    EXPECT_EQ(show_get(*rig.engine, "c"), value);
  }
}

TEST(LocalEngine, AFailedGroupTakesAllThatMayHaveSeenIt) {
  Rig rig;
  ASSERT_TRUE(wait(rig.commit_put("a", "old")));
  const CommitNumber before = rig.engine->last_durable();
  rig.hold_writes();
  rig.faults->fail_writes(0, 1, {ErrorCode::kInternal, "The disk is full: a test."});
  const Outcome first(rig.commit_put("a", "new"));
  const auto [seen, ticket] = rig.look("a");
  const Outcome look(ticket);
  const Outcome unrelated(rig.commit_put("b", "1"));
  rig.gate.open();
  const Result<void> failure = wait(ticket);

  ASSERT_FALSE(failure);
  EXPECT_EQ(failure.error().message, "The disk is full: a test.");
  EXPECT_EQ(seen, "new");
  EXPECT_EQ(rig.look("a").first, "old");
  EXPECT_FALSE(rig.look("a").second.is_pending());
  EXPECT_EQ(rig.engine->last_durable(), before);
  EXPECT_EQ(rig.engine->stats().failed_groups, 1);
  const Ticket again = rig.commit_put("a", "newer");
  EXPECT_TRUE(wait(again));
  rig.engine->close();
  EXPECT_EQ(first.now(), kInternal);
  EXPECT_EQ(look.now(), kInternal);
  EXPECT_EQ(unrelated.now(), kInternal);
  EXPECT_EQ(show_scan(*rig.engine, {"a", "z"}, Direction::kForward), "a=newer");
  EXPECT_GT(rig.engine->last_durable(), before);
}

std::string counters(const Reader& reader, std::string_view key) {
  std::string bytes;
  const auto present = reader.get(key, Wait::kAllowed, bytes);
  if (!present || !*present) return "-";
  std::string shown;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    std::int64_t value = 0;
    for (std::size_t byte = 8; byte > 0; --byte) {
      value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 8 |
                                        static_cast<std::uint8_t>(bytes[i + byte - 1]));
    }
    shown += fmt::format("{} ", value);
  }
  return shown;
}

TEST(LocalEngine, CountersAddUp) {
  struct Row {
    const char* name;
    // Each batch is a commit; all of a row's may share a group.
    std::vector<std::function<void(Batch&)>> commits;
    const char* want;
  };
  const auto add = [](std::vector<std::int64_t> deltas) { return [deltas](Batch& batch) { batch.add("c", deltas); }; };
  const auto erase = [](Batch& batch) { batch.erase("c"); };
  const auto range = [](Batch& batch) { batch.erase_range("b", "d"); };
  const Row rows[] = {
      {"first", {add({1, 100})}, "1 100 "},
      {"several", {add({1, 100}), add({1, 50}), add({-1, -100})}, "1 50 "},
      {"below zero", {add({-3})}, "-3 "},
      {"wider", {add({1}), add({1, 7})}, "2 7 "},
      {"narrower", {add({1, 7}), add({1})}, "2 7 "},
      {"back to nothing", {add({1, 2}), add({-1, -2})}, "-"},
      {"erased", {add({1}), erase}, "-"},
      {"erased by range", {add({5}), range}, "-"},
      {"wraps", {add({INT64_MAX}), add({1})}, "-9223372036854775808 "},
  };
  for (const Row& row : rows) {
    for (const bool in_one_group : {true, false}) {
      SCOPED_TRACE(fmt::format("{}, in one group: {}", row.name, in_one_group));
      Rig rig;
      if (in_one_group) rig.hold_writes();
      for (const auto& fill : row.commits) {
        const auto ticket =
            rig.engine->commit({}, Wait::kNever, [&](const DecisionView&, Batch& batch) -> Result<Verdict> {
              fill(batch);
              return Verdict::kCommit;
            });
        ASSERT_TRUE(ticket);
        if (!in_one_group) {
          ASSERT_TRUE(wait(*ticket));
        }
      }
      rig.gate.open();
      rig.engine->close();
      EXPECT_EQ(counters(*rig.engine, "c"), row.want);

      // From the store again, as after a start.
      rig.start(rig.engine->last_durable());
      Batch batch;
      batch.add("c", std::array<std::int64_t, 1>{10});
      batch.add("c", std::array<std::int64_t, 1>{-10});
      ASSERT_TRUE(commit_now(*rig.engine, batch));
      EXPECT_EQ(counters(*rig.engine, "c"), row.want);
    }
  }
}

TEST(LocalEngine, AFailedGroupLeavesCountersAsTheyWere) {
  Rig rig;
  Batch batch;
  batch.add("c", std::array<std::int64_t, 1>{1});
  ASSERT_TRUE(commit_now(*rig.engine, batch));
  rig.faults->fail_writes(0, 1, {ErrorCode::kInternal, "no"});
  EXPECT_FALSE(commit_now(*rig.engine, batch));
  EXPECT_TRUE(commit_now(*rig.engine, batch));
  EXPECT_EQ(counters(*rig.engine, "c"), "2 ");
  rig.engine->close();

  // One that cannot be read fails its group, and the next is tried again.
  rig.start(rig.engine->last_durable());
  rig.faults->fail_reads(0, 1, {ErrorCode::kInternal, "no"});
  EXPECT_FALSE(commit_now(*rig.engine, batch));
  EXPECT_TRUE(commit_now(*rig.engine, batch));
  EXPECT_EQ(counters(*rig.engine, "c"), "3 ");
}

TEST(LocalEngine, CloseWaitsAndThenRefuses) {
  Rig rig;
  rig.hold_writes();
  const Outcome last(rig.commit_put("a", "1"));
  std::thread closer([&] { rig.engine->close(); });
  while (true) {
    const auto refused = rig.engine->commit(
        {}, Wait::kAllowed, [](const DecisionView&, Batch&) -> Result<Verdict> { return Verdict::kAbandon; });
    if (refused) continue;
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    break;
  }
  rig.gate.open();
  closer.join();
  EXPECT_EQ(last.now(), "durable");
  EXPECT_EQ(show_get(*rig.engine, "a"), "1");
  rig.engine->close();
}

TEST(LocalEngine, GoesOnAfterTheLastCommitOfTheStore) {
  const std::shared_ptr<Store> memory = make_memory_store();
  for (std::uint64_t life = 1; life <= 3; ++life) {
    auto engine = make_local_engine(share(memory), test_clock());
    ASSERT_TRUE(engine);
    EXPECT_EQ((*engine)->last_durable(), CommitNumber{(life - 1) * 2});
    Batch batch;
    batch.put("stamp", "--------", 0);
    ASSERT_TRUE(commit_now(**engine, batch));
    ASSERT_TRUE(commit_now(**engine, batch));
    EXPECT_EQ(load_big_endian<std::uint64_t>(show_get(**engine, "stamp")), life * 2);
  }
}

TEST(LocalEngine, RefusesAStoreWithABrokenCommitNumber) {
  const std::shared_ptr<Store> memory = make_memory_store();
  Batch batch;
  batch.put(kLastCommitKey, "seven b");
  ASSERT_TRUE(memory->write(batch));
  const auto engine = make_local_engine(share(memory), test_clock());
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace stator::kv
