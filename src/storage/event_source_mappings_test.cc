#include "storage/event_source_mappings.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/keys.h"
#include "kv/open.h"
#include "storage/check.h"

namespace stator::storage {
namespace {

using model::EventSourceMapping;

constexpr const char* kStream = "arn:aws:dynamodb:r:000000000000:table/T/stream/2024";

EventSourceMapping mapping_of(std::string uuid, std::string function, std::string region = "r") {
  EventSourceMapping mapping;
  mapping.uuid = std::move(uuid);
  mapping.region = std::move(region);
  mapping.stream_arn = kStream;
  mapping.function_arn = std::move(function);
  return mapping;
}

class EventSourceMappingsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = kv::make_local_engine(kv::make_memory_store(), clock_);
    ASSERT_TRUE(engine);
    auto storage = Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    storage_->on_change([this] { ++changes_; });
  }

  const kv::Reader& reader() { return storage_->engine(); }
  std::string uuids(std::string_view region) {
    std::string joined;
    const auto mappings = *list_mappings(reader(), kv::Wait::kAllowed, region);
    for (const EventSourceMapping& mapping : mappings) joined += mapping.uuid;
    return joined;
  }
  std::optional<EventSourceMapping> find(std::string_view uuid) {
    return *find_mapping(reader(), kv::Wait::kAllowed, "r", uuid);
  }
  Result<EventSourceMapping> move(std::string_view uuid, const std::string& function) {
    Session session{.storage = *storage_};
    return change_mapping(session, "r", uuid, [&](EventSourceMapping& mapping) -> Result<void> {
      mapping.function_arn = function;
      return {};
    });
  }
  void write(const EventSourceMapping& mapping, const Progress& progress) {
    Session session{.storage = *storage_};
    ASSERT_TRUE(write_progress(session, mapping, progress));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }
  // "1:3.4 2:5.0!": shards, positions, "!" if finished, and then the last result.
  std::string progress(std::string_view uuid) {
    std::string shown;
    const auto checkpoints = *read_checkpoints(reader(), kv::Wait::kAllowed, uuid);
    for (const auto& [shard, at] : checkpoints) {
      shown += std::to_string(shard.value) + ":" + std::to_string(at.next.commit.value) + "." +
               std::to_string(at.next.place) + (at.is_finished ? "! " : " ");
    }
    constexpr const char* kResults[] = {"none", "ok", "failed"};
    return shown + kResults[static_cast<int>(*read_last_result(reader(), kv::Wait::kAllowed, uuid))];
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<Storage> storage_;
  std::atomic<int> changes_ = 0;
};

TEST_F(EventSourceMappingsTest, AreListedByRegionStreamAndFunction) {
  for (const auto& [uuid, function, region] : {std::tuple{"1", "f2", "r"}, {"2", "f1", "r"}, {"3", "f1", "q"}}) {
    Session session{.storage = *storage_};
    ASSERT_TRUE(create_mapping(session, mapping_of(uuid, function, region)));
  }
  EXPECT_EQ(uuids("r"), "21");
  EXPECT_EQ(uuids("q"), "3");
  EXPECT_EQ(uuids(""), "321");
  EXPECT_EQ(uuids("other"), "");
  EXPECT_EQ(find("1"), mapping_of("1", "f2"));
  EXPECT_EQ(find("3"), std::nullopt) << "of another region";
  EXPECT_EQ(changes_, 3);
}

TEST_F(EventSourceMappingsTest, AStreamAndAFunctionHaveOne) {
  Session session{.storage = *storage_};
  ASSERT_TRUE(create_mapping(session, mapping_of("1", "f1")));
  ASSERT_TRUE(create_mapping(session, mapping_of("2", "f2")));
  const auto again = create_mapping(session, mapping_of("3", "f1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kResourceConflict);
  EXPECT_EQ(again.error().message, "1");

  const auto moved = move("1", "f2");
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::kResourceConflict);
  EXPECT_EQ(moved.error().message, "2");
  EXPECT_EQ(find("1"), mapping_of("1", "f1"));
  EXPECT_EQ(changes_, 2);
}

TEST_F(EventSourceMappingsTest, AreChanged) {
  Session session{.storage = *storage_};
  ASSERT_TRUE(create_mapping(session, mapping_of("1", "f1")));
  const auto changed = change_mapping(session, "r", "1", [](EventSourceMapping& mapping) -> Result<void> {
    mapping.batch_size = 7;
    return {};
  });
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->batch_size, 7);
  EXPECT_EQ(find("1"), *changed);
  ASSERT_TRUE(move("1", "f2"));
  EXPECT_EQ(find("1")->function_arn, "f2");
  EXPECT_EQ(uuids("r"), "1");
  EXPECT_EQ(changes_, 3);
  EXPECT_TRUE(create_mapping(session, mapping_of("2", "f1"))) << "the function is free again";

  const auto refused = change_mapping(session, "r", "1", [](EventSourceMapping& mapping) -> Result<void> {
    mapping.batch_size = 8;
    return fail(ErrorCode::kResourceInUse, "no");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "no");
  EXPECT_EQ(find("1")->batch_size, 7);
}

TEST_F(EventSourceMappingsTest, UnknownOnesAreNotFound) {
  Session session{.storage = *storage_};
  ASSERT_TRUE(create_mapping(session, mapping_of("1", "f1", "q")));
  const auto changed = move("1", "f2");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(changed.error().message, "The resource you requested does not exist.");
  const auto deleted = delete_mapping(session, "r", "1");
  ASSERT_FALSE(deleted);
  EXPECT_EQ(deleted.error().code, ErrorCode::kResourceNotFound);
}

TEST_F(EventSourceMappingsTest, ASessionThatMayNotWaitChangesNothing) {
  Session patient{.storage = *storage_};
  ASSERT_TRUE(create_mapping(patient, mapping_of("1", "f1")));
  Session session{.storage = *storage_, .wait = kv::Wait::kNever};
  const auto code = [](const auto& result) { return result ? ErrorCode::kNone : result.error().code; };
  EXPECT_EQ(code(create_mapping(session, mapping_of("2", "f2"))), ErrorCode::kWouldBlock);
  EXPECT_EQ(code(change_mapping(session, "r", "1", [](auto&) -> Result<void> { return {}; })), ErrorCode::kWouldBlock);
  EXPECT_EQ(code(delete_mapping(session, "r", "1")), ErrorCode::kWouldBlock);
  EXPECT_EQ(code(write_progress(session, mapping_of("1", "f1"), {})), ErrorCode::kWouldBlock);
  EXPECT_EQ(uuids("r"), "1");
}

TEST_F(EventSourceMappingsTest, ProgressIsKeptForEachShard) {
  Session session{.storage = *storage_};
  const EventSourceMapping one = mapping_of("1", "f1");
  const EventSourceMapping two = mapping_of("2", "f2");
  ASSERT_TRUE(create_mapping(session, one));
  ASSERT_TRUE(create_mapping(session, two));
  EXPECT_EQ(progress("1"), "none");
  write(one,
        {.checkpoints = {{{1}, Checkpoint{.next = {{3}, 4}}}, {{2}, Checkpoint{.next = {{5}, 0}, .is_finished = true}}},
         .last_result = ProcessingResult::kOk});
  write(two, {.checkpoints = {{{1}, Checkpoint{.next = {{9}, 9}}}}, .last_result = {}});
  EXPECT_EQ(progress("1"), "1:3.4 2:5.0! ok");
  EXPECT_EQ(progress("2"), "1:9.9 none");
  write(one, {.checkpoints = {{{1}, Checkpoint{.next = {{4}, 0}}}, {{2}, std::nullopt}}, .last_result = {}});
  EXPECT_EQ(progress("1"), "1:4.0 ok");
  write(one, {.checkpoints = {}, .last_result = ProcessingResult::kFunctionFailed});
  EXPECT_EQ(progress("1"), "1:4.0 failed");
  EXPECT_EQ(changes_, 2) << "progress is no change";
}

TEST_F(EventSourceMappingsTest, ProgressStaysWithTheMappingThatMadeIt) {
  Session session{.storage = *storage_};
  const EventSourceMapping one = mapping_of("1", "f1");
  const Progress some{.checkpoints = {{{1}, Checkpoint{.next = {{3}, 4}}}}, .last_result = ProcessingResult::kOk};
  ASSERT_TRUE(create_mapping(session, one));
  ASSERT_TRUE(move("1", "f2"));
  write(one, some);
  EXPECT_EQ(progress("1"), "1:3.4 ok") << "whose function was changed in the meantime";

  const auto deleted = delete_mapping(session, "r", "1");
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->function_arn, "f2");
  EXPECT_EQ(uuids("r"), "");
  EXPECT_EQ(progress("1"), "none") << "goes with its mapping";
  write(one, some);
  ASSERT_TRUE(create_mapping(session, mapping_of("2", "f1")));
  write(one, some);
  EXPECT_EQ(progress("1"), "none") << "and does not come back";
  EXPECT_EQ(progress("2"), "none");
}

TEST_F(EventSourceMappingsTest, DeletionMayBeRefused) {
  Session session{.storage = *storage_};
  ASSERT_TRUE(create_mapping(session, mapping_of("1", "f1")));
  const auto refused = delete_mapping(session, "r", "1", [](const EventSourceMapping&) -> Result<void> {
    return fail(ErrorCode::kResourceInUse, "no");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceInUse);
  EXPECT_EQ(uuids("r"), "1");
}

TEST_F(EventSourceMappingsTest, ChangesAtTheSameTimeAllCount) {
  constexpr int kThreads = 4;
  constexpr int kChanges = 50;
  Session session{.storage = *storage_};
  ASSERT_TRUE(create_mapping(session, mapping_of("1", "f")));
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread] {
      Session own{.storage = *storage_};
      for (int i = 0; i < kChanges; ++i) {
        EXPECT_TRUE(change_mapping(own, "r", "1", [&](EventSourceMapping& mapping) -> Result<void> {
          ++mapping.batch_size;
          mapping.function_arn = "f" + std::to_string((thread + i) % 3);
          return {};
        }));
      }
    });
  }
  threads.clear();
  EXPECT_EQ(uuids("r"), "1");
  EXPECT_EQ(find("1")->batch_size, EventSourceMapping{}.batch_size + kThreads * kChanges);
}

TEST_F(EventSourceMappingsTest, CheckFindsWhatIsDamaged) {
  Session session{.storage = *storage_};
  const EventSourceMapping mapping = mapping_of("a", "f");
  ASSERT_TRUE(create_mapping(session, mapping));
  write(mapping, {.checkpoints = {{ShardNumber{1}, Checkpoint{}}}, .last_result = ProcessingResult::kOk});
  const auto problems = [&] {
    const auto report = check(*storage_->engine().snapshot());
    EXPECT_TRUE(report);
    return report ? report->problems : std::vector<std::string>{};
  };
  const auto put = [&](const std::string& key, const std::string& value) {
    const std::string keys[] = {key};
    const auto ticket =
        storage_->engine().commit(keys, kv::Wait::kAllowed, [&](const kv::DecisionView&, kv::Batch& batch) {
          batch.put(key, value);
          return Result<kv::Verdict>(kv::Verdict::kCommit);
        });
    ASSERT_TRUE(ticket && kv::wait(*ticket));
  };
  EXPECT_EQ(problems(), std::vector<std::string>{});

  put(codec::checkpoint_key("b", ShardNumber{2}), codec::encode_checkpoint({}));
  EXPECT_EQ(problems(), std::vector<std::string>{"1 checkpoints are of no event source mapping"});
  put(codec::mapping_key("r", kStream, "h"), codec::encode_mapping(mapping_of("b", "g")));
  EXPECT_EQ(problems(), std::vector<std::string>{"event source mapping b lies under another key than its own"});
  put(codec::mapping_key("r", kStream, "h"), codec::encode_mapping(mapping_of("b", "h")));
  EXPECT_EQ(problems(), std::vector<std::string>{});
  put(codec::checkpoint_key("b", ShardNumber{2}), "");
  EXPECT_EQ(problems(), std::vector<std::string>{"the progress of an event source mapping cannot be read"});
}

}  // namespace
}  // namespace stator::storage
