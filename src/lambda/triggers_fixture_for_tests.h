// Triggers on a real storage in memory, with functions that answer when a test says so.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/open.h"
#include "lambda/triggers.h"
#include "model/value_writer.h"
#include "storage/event_source_mappings.h"
#include "storage/streams.h"
#include "storage/write_item.h"

namespace stator::lambda {

class FakeFunction final : public Function {
 public:
  struct Call {
    std::string event;
    Done done;
  };
  void invoke(Event event, Done done) override {
    queue.emplace_back(std::move(event), std::move(done));
    if (!is_busy) begin();
  }
  // Begins what stands in the queue.
  void begin() {
    for (auto& [event, done] : std::exchange(queue, {})) {
      if (auto json = event()) {
        calls.push_back({*std::move(json), std::move(done)});
      } else {
        done({.status = InvocationStatus::kNotReached, .response = {}, .cause = {}});
      }
    }
  }

  // The first of the calls under way.
  void finish(InvocationOutcome outcome = {}) {
    ASSERT_FALSE(calls.empty());
    Call call = std::move(calls.front());
    calls.pop_front();
    call.done(std::move(outcome));
  }

  bool is_busy = false;    // calls do not begin by themselves
  std::deque<Call> calls;  // under way
  std::vector<std::pair<Event, Done>> queue;
};

class FakeTargets final : public Targets {
 public:
  bool has_function(std::string_view name) const override { return functions.contains(name); }
  Function* function(std::string_view name, std::string_view) override { return find(functions, name); }
  Function* destination(std::string_view arn) override { return find(destinations, arn); }
  bool close_idle() override { return keeps_connections; }
  void stop() override {}

  bool keeps_connections = false;

  std::map<std::string, FakeFunction, std::less<>> functions;
  std::map<std::string, FakeFunction, std::less<>> destinations;

 private:
  static Function* find(std::map<std::string, FakeFunction, std::less<>>& all, std::string_view name) {
    const auto at = all.find(name);
    return at == all.end() ? nullptr : &at->second;
  }
};

class TriggersTest : public testing::Test {
 protected:
  static constexpr InvocationOutcome kOk{};
  static InvocationOutcome failed() { return {.status = InvocationStatus::kFailed, .response = {}, .cause = "it did"}; }
  static InvocationOutcome not_reached() {
    return {.status = InvocationStatus::kNotReached, .response = {}, .cause = "it is away"};
  }

  void SetUp() override {
    auto engine = kv::make_local_engine(kv::make_memory_store(), clock_);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    storage_->on_change([this] {
      if (triggers_) triggers_->note_change();
    });
    targets_.functions.try_emplace("f");
  }
  void TearDown() override { triggers_.reset(); }

  Result<void> make_triggers(std::vector<DeclaredTrigger> declared) {
    triggers_.reset();
    TRY_ASSIGN(triggers_, Triggers::make({.storage = *storage_,
                                          .targets = targets_,
                                          .clock = clock_,
                                          .random = random_,
                                          .log = log_,
                                          .declared = std::move(declared),
                                          .wake = [this] { ++wakes_; },
                                          .held_bytes = held_bytes_}));
    return {};
  }
  void start(std::vector<DeclaredTrigger> declared = {}) {
    const auto made = make_triggers(std::move(declared));
    ASSERT_TRUE(made) << made.error().message;
    run();
  }
  // As long as there is something to do at once.
  std::chrono::microseconds run() {
    for (int steps = 0; steps < 1000; ++steps) {
      pass(std::chrono::milliseconds(1));
      const auto rest = triggers_->step();
      if (rest > std::chrono::milliseconds(1)) return rest;
    }
    ADD_FAILURE() << "there is always more to do";
    return {};
  }
  void pass(std::chrono::microseconds time) { ASSERT_TRUE(clock_.advance(time)); }
  std::chrono::microseconds run_after(std::chrono::microseconds time) {
    pass(time);
    return run();
  }
  FakeFunction& function(const std::string& name = "f") { return targets_.functions[name]; }
  // Answers the first call, and takes the answer in.
  void finish(InvocationOutcome outcome = {}) {
    function().finish(std::move(outcome));
    run();
  }
  // Answers all calls, and those that follow, in order; what they were called with.
  std::string deliver(const std::string& name = "f", const InvocationOutcome& outcome = kOk) {
    std::string all;
    while (!function(name).calls.empty()) {
      if (!all.empty()) all += "; ";
      all += called_with(name);
      function(name).finish(outcome);
      run();
    }
    return all;
  }
  // "a1 b1": the keys and the values of the records of the first call under way.
  std::string called_with(const std::string& name = "f") {
    const auto& calls = function(name).calls;
    return calls.empty() ? "nothing" : records_of(calls.front().event);
  }
  static std::string records_of(std::string_view event) {
    std::string shown;
    constexpr std::string_view kKey = R"("Keys":{"pk":{"S":")";
    constexpr std::string_view kValue = R"("v":{"N":")";
    for (std::size_t at = event.find(kKey); at != std::string_view::npos; at = event.find(kKey, at)) {
      at += kKey.size();
      if (!shown.empty()) shown += " ";
      shown += event.substr(at, event.find('"', at) - at);
      const std::size_t value = event.find(kValue, at);
      if (value >= event.find(kKey, at)) continue;
      shown += event.substr(value + kValue.size(), event.find('"', value + kValue.size()) - value - kValue.size());
    }
    return shown;
  }

  // With so many shards of equal size.
  void create_table(unsigned shards = 1, const std::string& name = "Tab") {
    model::Table table;
    table.region = "us-east-1";
    table.name = name;
    table.key = model::KeySchema({{"pk", model::Type::kString}});
    table.stream = model::StreamSpecification{.view_type = model::StreamViewType::kNewImage};
    table.shards = shards_of(0, UINT64_MAX, shards, std::nullopt);
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->create_table(session, std::move(table)));
  }
  static std::vector<model::Shard> shards_of(std::uint64_t first, std::uint64_t last, unsigned count,
                                             std::optional<ShardNumber> parent) {
    std::vector<model::Shard> shards;
    const std::uint64_t width = (last - first) / count;
    for (unsigned i = 0; i < count; ++i) {
      const std::uint64_t begin = first + i * width + (i == 0 ? 0 : 1);
      shards.push_back({.number = {},
                        .parent = parent,
                        .first_hash = begin,
                        .last_hash = i + 1 == count ? last : first + (i + 1) * width});
    }
    return shards;
  }
  Result<storage::TablePtr> change_table(const std::function<void(model::Table&)>& change,
                                         const std::string& name = "Tab") {
    storage::Session session{.storage = *storage_};
    return storage_->change_table(session, "us-east-1", name, [&](model::Table& table) -> Result<void> {
      change(table);
      return {};
    });
  }
  // Closes every shard, and opens so many in the place of each.
  void roll(unsigned children = 1) {
    ASSERT_TRUE(change_table([&](model::Table& table) {
      std::vector<model::Shard> next;
      for (const model::Shard& shard : table.shards) {
        for (model::Shard& child : shards_of(shard.first_hash, shard.last_hash, children, shard.number)) {
          next.push_back(std::move(child));
        }
      }
      table.shards = std::move(next);
    }));
  }
  void disable_stream() {
    ASSERT_TRUE(change_table([](model::Table& table) { table.stream->enabled = false; }));
  }
  void enable_stream() {
    ASSERT_TRUE(change_table([](model::Table& table) {
      table.stream = model::StreamSpecification{.view_type = model::StreamViewType::kNewImage};
      table.shards = shards_of(0, UINT64_MAX, 1, std::nullopt);
    }));
  }
  std::string stream_arn(const std::string& name = "Tab") {
    const model::Table& table = storage_->find_table("us-east-1", name)->definition();
    return model::stream_arn(table.arn, table.stream->created);
  }

  void put(std::string_view pk, std::int64_t v, const std::string& table = "Tab") {
    model::MapWriter map;
    model::append_string(map.next("pk"), pk);
    model::append_number(map.next("v"), model::Number::from_int(v));
    std::string encoded;
    map.finish(encoded);
    const model::Item item(encoded);
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(
        storage::write_item(session, **storage_->usable_table("us-east-1", table), item.view(), [&](const auto*) {
          return storage::ItemChange{storage::WriteAction::kPut, item.value(), model::item_size(item.view())};
        }));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
    const TableNumber number = storage_->find_table("us-east-1", table)->definition().number;
    if (triggers_) triggers_->note_logged(codec::change_key(number, {1}, {}));
  }

  // Writes a change that is none, behind those that there are; answers its key.
  std::string damage_shard(ShardNumber shard) {
    const TableNumber table = storage_->find_table("us-east-1", "Tab")->definition().number;
    std::string key = codec::change_key(table, shard, {.commit = {storage_->engine().last_durable().value + 1}});
    write("damaged", key);
    return key;
  }
  // Nothing: erases it.
  void write(std::string_view value, const std::string& key) {
    const std::vector<std::string> keys = {key};
    const auto ticket = storage_->engine().commit(keys, kv::Wait::kAllowed, [&](const auto&, kv::Batch& batch) {
      if (value.empty()) {
        batch.erase(key);
      } else {
        batch.put(key, value);
      }
      return Result<kv::Verdict>(kv::Verdict::kCommit);
    });
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(kv::wait(*ticket));
  }

  using Change = std::function<void(model::EventSourceMapping&)>;
  // Answers its UUID.
  std::string create_mapping(const Change& change = [](auto&) {}) {
    model::EventSourceMapping mapping;
    mapping.uuid = make_uuid(random_);
    mapping.region = "us-east-1";
    mapping.stream_arn = stream_arn();
    mapping.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    change(mapping);
    storage::Session session{.storage = *storage_};
    EXPECT_TRUE(storage::create_mapping(session, mapping));
    return mapping.uuid;
  }
  void change_mapping(const std::string& uuid, const Change& change) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(
        storage::change_mapping(session, "us-east-1", uuid, [&](model::EventSourceMapping& mapping) -> Result<void> {
          change(mapping);
          return {};
        }));
  }
  void delete_mapping(const std::string& uuid) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::delete_mapping(session, "us-east-1", uuid));
  }
  std::vector<model::EventSourceMapping> mappings() {
    return *storage::list_mappings(storage_->engine(), kv::Wait::kAllowed, "");
  }
  // Commits are made durable in their order.
  void await_commits() { write("a value", "a key of its own"); }
  // Until all progress so far is written: each writing waits for the last one.
  void write_progress() {
    for (int i = 0; i < 3; ++i) {
      run_after(std::chrono::milliseconds(200));
      await_commits();
    }
  }
  // "1 2! 3": the shards that have a checkpoint, with a mark for the finished.
  std::string checkpoints(const std::string& uuid) {
    await_commits();
    std::string shown;
    const auto checkpoints = *storage::read_checkpoints(storage_->engine(), kv::Wait::kAllowed, uuid);
    for (const auto& [shard, at] : checkpoints) {
      shown += fmt::format("{}{}{}", shown.empty() ? "" : " ", shard.value, at.is_finished ? "!" : "");
    }
    return shown;
  }

  ManualClock still_;
  MovableClock clock_{still_};  // the engine's thread looks at it while it is moved
  SeededRandom random_{1};
  obs::Log log_{obs::Level::kOff};
  std::unique_ptr<storage::Storage> storage_;
  FakeTargets targets_;
  int wakes_ = 0;
  std::size_t held_bytes_ = 1UL << 20;
  std::unique_ptr<Triggers> triggers_;
};

}  // namespace stator::lambda
