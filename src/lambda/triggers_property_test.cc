// Whatever comes between: every change is delivered, those of an item in their order.
#include <atomic>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "lambda/triggers.h"
#include "lambda/triggers_fixture_for_tests.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

class TriggersPropertyTest : public TriggersTest {
 protected:
  std::uint64_t draw(std::uint64_t n) { return chance_.next() % n; }

  void write_some() {
    for (auto writes = draw(30); writes > 0; --writes) {
      const std::string item = fmt::format("i{}-", draw(12));
      put(item, ++written_[item]);
    }
  }
  // One call of those under way, whichever; it may fail.
  void answer_one() {
    auto& calls = function().calls;
    if (calls.empty()) return;
    std::swap(calls.front(), calls[draw(calls.size())]);
    const std::string records = called_with();
    const auto luck = draw(10);
    if (luck == 0) return finish(not_reached());
    if (luck == 1) return finish(failed());
    note(records);
    finish();
  }
  // At least once: what comes again has come before, and nothing is left out.
  void note(const std::string& records) {
    for (std::size_t at = 0; at < records.size();) {
      const std::size_t end = std::min(records.find(' ', at), records.size());
      const std::string record = records.substr(at, end - at);
      const std::size_t value = record.find('-') + 1;
      std::int64_t& delivered = delivered_[record.substr(0, value)];
      const std::int64_t v = std::stoll(record.substr(value));
      EXPECT_LE(v, delivered + 1) << record << " came before what was written earlier";
      delivered = std::max(delivered, v);
      at = end + 1;
    }
  }
  void restart() {
    if (draw(2) == 0) triggers_->drain(0ms);
    triggers_.reset();
    function().calls.clear();
    start();
  }

  SeededRandom chance_{0};
  std::map<std::string, std::int64_t> written_;
  std::map<std::string, std::int64_t> delivered_;
};

TEST_F(TriggersPropertyTest, EveryChangeIsDeliveredInTheOrderOfItsItem) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    chance_ = SeededRandom(seed);
    written_.clear();
    delivered_.clear();
    SetUp();
    held_bytes_ = draw(2) == 0 ? draw(10'000) : 1UL << 20;
    create_table(static_cast<unsigned>(1 + draw(3)));
    const std::string uuid = create_mapping([&](auto& mapping) {
      mapping.batch_size = static_cast<std::int32_t>(1 + draw(8));
      mapping.parallelization_factor = static_cast<std::int32_t>(1 + draw(3));
      mapping.batching_window_seconds = static_cast<std::int32_t>(draw(2));
      mapping.bisect_batch_on_function_error = draw(2) == 0;
    });
    start();
    for (int turn = 0; turn < 60; ++turn) {
      const auto what = draw(12);
      if (what < 4) write_some();
      if (what == 4 && draw(2) == 0) roll(static_cast<unsigned>(1 + draw(2)));
      if (what == 5) restart();
      if (what == 6) change_mapping(uuid, [&](auto& mapping) { mapping.enabled = draw(3) != 0; });
      if (what > 6) answer_one();
      run_after(std::chrono::milliseconds(draw(3000)));
    }
    change_mapping(uuid, [](auto& mapping) { mapping.enabled = true; });
    for (int turn = 0; turn < 2000 && written_ != delivered_; ++turn) {
      run_after(30s);
      answer_one();
    }
    EXPECT_EQ(delivered_, written_);
    triggers_.reset();
    function().calls.clear();
  }
}

// Each look at it takes a millisecond.
class TickingClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override { return still_.now(); }
  [[nodiscard]] MonotonicTime monotonic() const override {
    return still_.monotonic() + std::chrono::milliseconds(++ticks_);
  }

 private:
  ManualClock still_;
  mutable std::atomic<int> ticks_ = 0;
};

TEST_F(TriggersTest, AStepIsShortAndAllHaveTheirTurn) {
  targets_.functions.try_emplace("g");
  create_table(4);
  for (const char name : {'f', 'g'}) {
    create_mapping([&](auto& mapping) {
      mapping.function_arn.back() = name;
      mapping.filters = {R"({"dynamodb":{"NewImage":{"v":{"N":["7"]}}}})"};
    });
  }
  for (int i = 0; i < 400; ++i) put(fmt::format("k{}-", i), i % 100 == 99 ? 7 : 0);
  const TickingClock clock;
  auto triggers = Triggers::make({.storage = *storage_,
                                  .targets = targets_,
                                  .clock = clock,
                                  .random = random_,
                                  .log = log_,
                                  .declared = {},
                                  .wake = [] {}});
  ASSERT_TRUE(triggers);
  EXPECT_EQ((*triggers)->step().count(), 0) << "there is more to do";
  EXPECT_TRUE(function("f").calls.empty() || function("g").calls.empty());
  for (int steps = 0; steps < 100; ++steps) {
    (*triggers)->step();
    for (auto& [name, target] : targets_.functions) {
      while (!target.calls.empty()) target.finish();
    }
  }
  (*triggers)->step();
  EXPECT_EQ((*triggers)->stats().records, 8U);
}

// Counts the looks at it, of which each step of a poller needs some.
class CountingClock final : public Clock {
 public:
  explicit CountingClock(const Clock& clock) : clock_(clock) {}
  [[nodiscard]] WallTime now() const override { return clock_.now(); }
  [[nodiscard]] MonotonicTime monotonic() const override {
    ++looks;
    return clock_.monotonic();
  }
  mutable std::atomic<int> looks = 0;

 private:
  const Clock& clock_;
};

TEST_F(TriggersTest, AWriteCostsTheMappingsOfOtherTablesNothing) {
  const auto looks_of_a_write = [this](int others) {
    SetUp();
    const auto create = [this](const std::string& table) {
      create_table(1, table);
      create_mapping([&](auto& mapping) { mapping.stream_arn = stream_arn(table); });
    };
    create("Tab");
    for (int i = 0; i < others; ++i) create(fmt::format("Other{}", i));
    const CountingClock clock(clock_);
    triggers_ = *Triggers::make({.storage = *storage_,
                                 .targets = targets_,
                                 .clock = clock,
                                 .random = random_,
                                 .log = log_,
                                 .declared = {},
                                 .wake = [] {}});
    run();
    const int before = clock.looks;
    put("a", 1);
    run();
    EXPECT_EQ(deliver(), "a1");
    const int looks = clock.looks - before;
    triggers_.reset();
    return looks;
  };
  EXPECT_EQ(looks_of_a_write(50), looks_of_a_write(0));
}

}  // namespace
}  // namespace stator::lambda
