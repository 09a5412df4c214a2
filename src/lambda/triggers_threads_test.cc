// Triggers as a server has them: writers, the engine, steps and functions on threads of their own.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/workers.h"
#include "lambda/triggers.h"
#include "lambda/triggers_fixture_for_tests.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

// Answers at once, on another thread.
class PromptFunction final : public Function {
 public:
  void invoke(Event event, Done done) override {
    auto call = std::make_shared<std::pair<Event, Done>>(std::move(event), std::move(done));
    ASSERT_TRUE(workers_.run([call] {
      const bool is_wanted = call->first().has_value();
      call->second({.status = is_wanted ? InvocationStatus::kSucceeded : InvocationStatus::kNotReached,
                    .response = {},
                    .cause = {}});
    }));
  }

 private:
  Workers workers_{3};
};

class PromptTargets final : public Targets {
 public:
  bool has_function(std::string_view) const override { return true; }
  Function* function(std::string_view, std::string_view) override { return &function_; }
  Function* destination(std::string_view) override { return nullptr; }
  bool close_idle() override { return false; }
  void stop() override {}

 private:
  PromptFunction function_;
};

class TriggersThreadsTest : public TriggersTest {
 protected:
  void SetUp() override {
    TriggersTest::SetUp();
    auto made = Triggers::make({.storage = *storage_,
                                .targets = prompt_,
                                .clock = clock_,
                                .random = random_,
                                .log = log_,
                                .declared = {},
                                .wake = [this] { wake(); }});
    ASSERT_TRUE(made);
    served_ = *std::move(made);
    storage_->on_change([this] { served_->note_change(); });
    storage_->engine().on_log([this](std::string_view key) { served_->note_logged(key); });
  }
  void TearDown() override {
    storage_->engine().on_log(nullptr);
    served_.reset();
  }

  static std::string name_of(int table) { return table == 0 ? "Tab" : fmt::format("Tab{}", table); }

  void wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    changed_.notify_all();
  }
  // Steps until so many records are delivered. Time passes only as steps ask for it, and never as much as would have
  // them look at everything: who is not woken waits in vain.
  void deliver_all(std::uint64_t records) {
    while (served_->stats().records < records) {
      const auto rest = served_->step();
      std::unique_lock lock(mutex_);
      if (rest < 1s) {
        pass(rest);
      } else {
        ASSERT_TRUE(changed_.wait_for(lock, 10min, [this] { return is_woken_; })) << "nobody is woken";
      }
      is_woken_ = false;
    }
  }

  PromptTargets prompt_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_woken_ = false;  // guarded by mutex_
  std::unique_ptr<Triggers> served_;
};

TEST_F(TriggersThreadsTest, NoChangeIsOverlooked) {
  constexpr int kTables = 3;
  constexpr int kRounds = 100;
  constexpr std::uint64_t kWrites = 5;  // of each table, at the same time
  std::uint64_t written = 0;
  for (int round = 0; round < kRounds; ++round) {
    const int tables = std::min(round + 1, kTables);
    if (round < kTables) {
      const std::string name = name_of(round);
      create_table(2, name);
      create_mapping([&](auto& mapping) { mapping.stream_arn = stream_arn(name); });
    }
    std::vector<std::jthread> writers;
    for (int table = 0; table < tables; ++table) {
      writers.emplace_back([this, table, round] {
        for (std::uint64_t i = 0; i < kWrites; ++i) put(fmt::format("{}-{}", round, i), 1, name_of(table));
      });
    }
    written += kWrites * static_cast<std::uint64_t>(tables);
    deliver_all(written);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(served_->stats().records, written);
}

}  // namespace
}  // namespace stator::lambda
