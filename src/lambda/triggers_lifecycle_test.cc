// What becomes of triggers when mappings, streams and the server itself come and go.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lambda/triggers.h"
#include "lambda/triggers_fixture_for_tests.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

TEST_F(TriggersTest, AfterARestartItGoesOnWhereItWas) {
  create_table(2);
  create_mapping([](auto& mapping) { mapping.batch_size = 2; });
  for (int i = 1; i <= 3; ++i) put("a", i);
  start();
  EXPECT_EQ(called_with(), "a1 a2");
  finish();
  EXPECT_EQ(called_with(), "a3");
  triggers_->drain(0ms);
  FakeFunction::Call unanswered = std::move(function().calls.front());
  function().calls.clear();

  put("a", 4);
  start();
  unanswered.done({});
  EXPECT_EQ(deliver(), "a3 a4") << "of the call that was under way nobody knows what came of it";
  triggers_->drain(0ms);
  start();
  EXPECT_TRUE(function().calls.empty());
}

TEST_F(TriggersTest, ACallThatOutlastsTheDrainWakesNobody) {
  create_table();
  create_mapping();
  put("a", 1);
  start();
  triggers_->drain(0ms);
  const int before = wakes_;
  function().finish();
  EXPECT_EQ(wakes_, before);
}

TEST_F(TriggersTest, ACrashRepeatsOnlyTheLastMoment) {
  create_table();
  create_mapping([](auto& mapping) { mapping.batch_size = 1; });
  for (int i = 1; i <= 3; ++i) put("a", i);
  start();
  finish();
  write_progress();
  finish();
  triggers_.reset();
  function().calls.clear();
  start();
  EXPECT_TRUE(called_with() == "a2" || called_with() == "a3") << called_with();
}

TEST_F(TriggersTest, ProgressIsWrittenNowAndThen) {
  create_table();
  create_mapping([](auto& mapping) { mapping.batch_size = 1; });
  for (int i = 1; i <= 200; ++i) put("a", i);
  start();
  const auto commits = [&] { return storage_->engine().last_durable().value; };
  const auto before = commits();
  for (int i = 0; i < 200; ++i) {
    function().finish();
    pass(2ms);
    triggers_->step();
  }
  run_after(1s);
  triggers_->drain(0ms);
  EXPECT_LE(commits() - before, 10U) << "in half a second";
  start();
  EXPECT_TRUE(function().calls.empty());
}

TEST_F(TriggersTest, DisabledItStopsAndEnabledItGoesOn) {
  create_table();
  const std::string uuid = create_mapping();
  put("a", 1);
  start();
  const auto enable = [&](bool enabled) {
    change_mapping(uuid, [&](auto& mapping) { mapping.enabled = enabled; });
    run();
  };
  enable(false);
  put("a", 2);
  run();
  EXPECT_EQ(deliver(), "a1") << "a call under way still counts";
  put("a", 3);
  run();
  EXPECT_TRUE(function().calls.empty());
  const int before = wakes_;
  put("a", 4);
  EXPECT_EQ(wakes_, before) << "nobody follows";
  enable(true);
  EXPECT_EQ(deliver(), "a2 a3 a4");
}

TEST_F(TriggersTest, NewSettingsHoldFromTheNextCallOn) {
  create_table();
  const std::string uuid = create_mapping();
  targets_.functions.try_emplace("g");
  put("a", 1);
  start();
  change_mapping(uuid, [](auto& mapping) {
    mapping.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:g";
    mapping.batch_size = 1;
  });
  put("a", 2);
  put("a", 3);
  run();
  EXPECT_TRUE(function("g").calls.empty()) << "not while a call is under way";
  EXPECT_EQ(deliver("f"), "a1");
  EXPECT_EQ(deliver("g"), "a2; a3");
}

TEST_F(TriggersTest, CallsThatHaveNotBegunAreTakenBack) {
  struct Row {
    std::string name;
    std::function<void(const std::string& uuid)> act;
    std::string want_of_g;
  };
  const std::vector<Row> rows = {
      {"changed",
       [&](const std::string& uuid) {
         change_mapping(uuid, [](auto& mapping) { mapping.function_arn.back() = 'g'; });
         run();
       },
       "a1"},
      {"disabled",
       [&](const std::string& uuid) {
         change_mapping(uuid, [](auto& mapping) { mapping.enabled = false; });
         run();
       },
       ""},
      {"deleted",
       [&](const std::string& uuid) {
         delete_mapping(uuid);
         run();
       },
       ""},
      {"stopped", [&](const std::string&) { triggers_->drain(0ms); }, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SetUp();
    targets_.functions.try_emplace("g");
    function().is_busy = true;
    create_table();
    const std::string uuid = create_mapping();
    put("a", 1);
    start();
    EXPECT_EQ(function().queue.size(), 1U);
    row.act(uuid);
    function().begin();
    EXPECT_TRUE(function().calls.empty());
    EXPECT_EQ(deliver("g"), row.want_of_g);
    triggers_.reset();
    function().queue.clear();
  }
}

TEST_F(TriggersTest, AChangeOfNothingLeavesTheCallsAlone) {
  create_table();
  const std::string uuid = create_mapping([](auto& mapping) { mapping.parallelization_factor = 10; });
  put("slow", 1);
  start();
  change_mapping(uuid, [&](auto& mapping) { mapping.last_modified = clock_.now() + 1s; });
  for (int i = 0; i < 10; ++i) put(fmt::format("k{}-", i), i);
  run();
  EXPECT_GT(function().calls.size(), 1U);
  EXPECT_EQ(called_with(), "slow1");
  const std::string all = deliver();
  EXPECT_EQ(all.find("slow1"), all.rfind("slow1"));
}

TEST_F(TriggersTest, DeletedDuringACallItIsOver) {
  create_table();
  const std::string uuid = create_mapping();
  put("a", 1);
  start();
  delete_mapping(uuid);
  put("a", 2);
  run();
  function().finish(failed());
  EXPECT_EQ(run_after(1h), std::chrono::microseconds::max());
  EXPECT_TRUE(function().calls.empty());
  EXPECT_EQ(checkpoints(uuid), "");

  create_mapping();
  run();
  EXPECT_EQ(deliver(), "a1 a2") << "another mapping begins anew";
}

TEST_F(TriggersTest, ConnectionsThatAreLeftAreLookedAfter) {
  targets_.keeps_connections = true;
  start();
  EXPECT_LE(triggers_->step(), 10s);
  targets_.keeps_connections = false;
  EXPECT_EQ(run_after(10s), std::chrono::microseconds::max());
}

TEST_F(TriggersTest, ADisabledStreamIsReadToItsEnd) {
  create_table();
  create_mapping();
  put("a", 1);
  start();
  disable_stream();
  run();
  EXPECT_EQ(deliver(), "a1");
  enable_stream();
  put("a", 2);
  run();
  EXPECT_TRUE(function().calls.empty()) << "the new stream is another one";
}

TEST_F(TriggersTest, WhatIsTrimmedAwayHoldsNothingUp) {
  create_table();
  const std::string uuid = create_mapping([](auto& mapping) { mapping.enabled = false; });
  put("a", 1);
  roll();
  put("a", 2);
  start();
  storage::Session session{.storage = *storage_};
  pass(1h);
  put("a", 3);
  ASSERT_TRUE(storage::trim_streams(session, clock_.now() - 30min));
  for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  change_mapping(uuid, [](auto& mapping) { mapping.enabled = true; });
  run();
  EXPECT_EQ(deliver(), "a3");
  write_progress();
  EXPECT_EQ(checkpoints(uuid), "2");
}

TEST_F(TriggersTest, WhatIsTrimmedAwayUnreadIsCounted) {
  create_table();
  const std::string uuid = create_mapping([](auto& mapping) { mapping.batch_size = 1; });
  const auto trim = [&] {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::trim_streams(session, clock_.now()));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  };
  put("a", 1);
  start();
  EXPECT_EQ(deliver(), "a1");
  pass(1h);
  trim();
  put("a", 2);
  run();
  EXPECT_EQ(deliver(), "a2");
  EXPECT_EQ(triggers_->stats().gaps, 0U) << "all that was trimmed had been read";

  change_mapping(uuid, [](auto& mapping) { mapping.enabled = false; });
  run();
  put("a", 3);
  pass(1h);
  trim();
  put("a", 4);
  change_mapping(uuid, [](auto& mapping) { mapping.enabled = true; });
  run();
  EXPECT_EQ(deliver(), "a4");
  EXPECT_EQ(triggers_->stats().gaps, 1U);

  for (int i = 0; i < 1000; ++i) put("b", i);
  run();
  pass(1h);
  trim();
  std::string all = deliver();
  EXPECT_FALSE(all.ends_with("b999"));
  EXPECT_EQ(triggers_->stats().gaps, 2U) << "what its lane had no room for";
}

TEST_F(TriggersTest, CheckpointsOfShardsThatAreGoneAreErased) {
  create_table();
  const std::string uuid = create_mapping();
  put("a", 1);
  roll();
  start();
  deliver();
  write_progress();
  EXPECT_EQ(checkpoints(uuid), "1! 2");
  pass(1h);
  storage::Session session{.storage = *storage_};
  ASSERT_TRUE(storage::trim_streams(session, clock_.now()));
  for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  run_after(10s);
  run_after(1s);
  triggers_->drain(0ms);
  EXPECT_EQ(checkpoints(uuid), "2");
}

DeclaredTrigger declared(const std::function<void(DeclaredTrigger&)>& change = [](auto&) {}) {
  DeclaredTrigger trigger{.table = "Tab", .function = "f", .settings = {}};
  trigger.settings.trigger = "t";
  trigger.settings.region = "us-east-1";
  change(trigger);
  return trigger;
}

TEST_F(TriggersTest, ADeclaredTriggerFollowsItsTablesStreams) {
  start({declared()});
  EXPECT_TRUE(mappings().empty());
  create_table();
  run();
  ASSERT_EQ(mappings().size(), 1U);
  const model::EventSourceMapping first = mappings().front();
  EXPECT_EQ(first.stream_arn, stream_arn());
  EXPECT_EQ(first.function_arn, "arn:aws:lambda:us-east-1:000000000000:function:f");
  EXPECT_EQ(first.uuid.size(), 36U);
  put("a", 1);
  disable_stream();
  enable_stream();
  run();
  EXPECT_EQ(mappings().size(), 2U) << "the old stream can still be read";
  EXPECT_EQ(deliver(), "a1");

  start({declared([](DeclaredTrigger& trigger) {
    trigger.function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    trigger.settings.batch_size = 7;
  })});
  ASSERT_EQ(mappings().size(), 2U);
  for (const auto& mapping : mappings()) EXPECT_EQ(mapping.batch_size, 7);

  start();
  EXPECT_TRUE(mappings().empty()) << "it is not declared any more";
}

TEST_F(TriggersTest, ADeclaredTriggerCanBeginWithWhatIsNew) {
  create_table();
  put("a", 1);
  start({declared([](auto& trigger) { trigger.settings.starting_position = model::StartingPosition::kLatest; })});
  put("a", 2);
  run();
  EXPECT_EQ(deliver(), "a2");
}

TEST_F(TriggersTest, WhatComesBeforeADeclaredTriggerIsSetUpIsNewToo) {
  start({declared([](auto& trigger) { trigger.settings.starting_position = model::StartingPosition::kLatest; })});
  create_table();
  put("a", 1);
  run();
  EXPECT_EQ(deliver(), "a1");
  disable_stream();
  enable_stream();
  put("a", 2);
  run();
  EXPECT_EQ(deliver(), "a2");
}

TEST_F(TriggersTest, ADeclaredTriggerLeavesTheMappingsOfOthersAlone) {
  create_table();
  const std::string uuid = create_mapping([](auto& mapping) { mapping.batch_size = 3; });
  start({declared()});
  ASSERT_EQ(mappings().size(), 1U);
  EXPECT_EQ(mappings().front().uuid, uuid);
  EXPECT_EQ(mappings().front().batch_size, 3);
  delete_mapping(uuid);
  run();
  ASSERT_EQ(mappings().size(), 1U);
  EXPECT_EQ(mappings().front().trigger, "t");
}

TEST_F(TriggersTest, WhatCannotBeDeclared) {
  struct Row {
    std::function<void(DeclaredTrigger&)> change;
    std::string want;
  };
  const std::vector<Row> rows = {
      {[](auto& trigger) { trigger.function = "a b"; }, "needs the name of a function"},
      {[](auto& trigger) { trigger.function = "g"; }, "the function 'g' is not declared"},
      {[](auto& trigger) { trigger.settings.filters = {"{"}; }, "Invalid filter pattern definition."},
      {[](auto& trigger) { trigger.settings.on_failure = "arn:aws:s3:::b"; },
       "no destination is declared that stands for 'arn:aws:s3:::b'"},
  };
  for (const Row& row : rows) {
    const auto made = make_triggers({declared(row.change)});
    ASSERT_FALSE(made) << row.want;
    EXPECT_EQ(made.error().code, ErrorCode::kValidation);
    EXPECT_EQ(made.error().message, "trigger 't': " + row.want);
  }
}

}  // namespace
}  // namespace stator::lambda
