// Lambda's operations on event source mappings, with functions and destinations that are only names.
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "model/mapping_limits.h"
#include "ops/create_event_source_mapping.h"
#include "ops/delete_event_source_mapping.h"
#include "ops/get_event_source_mapping.h"
#include "ops/list_event_source_mappings.h"
#include "ops/table_fixture_for_tests.h"
#include "ops/update_event_source_mapping.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {
namespace {

using api::MappingState;

class NamedTargets final : public lambda::Targets {
 public:
  std::set<std::string, std::less<>> functions{"audit", "orders"};
  std::set<std::string, std::less<>> destinations{"arn:aws:sqs:us-east-1:000000000000:failed"};

  bool has_function(std::string_view name) const override { return functions.contains(name); }
  lambda::Function* function(std::string_view name, std::string_view) override {
    return functions.contains(name) ? &any_ : nullptr;
  }
  lambda::Function* destination(std::string_view arn) override { return destinations.contains(arn) ? &any_ : nullptr; }
  bool close_idle() override { return false; }
  void stop() override {}

 private:
  class Any final : public lambda::Function {
    void invoke(Event, Done) override {}
  };
  Any any_;
};

std::string function_arn(std::string_view name) {
  return fmt::format("arn:aws:lambda:us-east-1:000000000000:function:{}", name);
}

class EventSourceMappingOperationsTest : public TableOperationsTest {
 protected:
  void SetUp() override {
    TableOperationsTest::SetUp();
    stream_ = make_stream("Music");
  }

  template <class Request>
  auto execute(const Request& request, kv::Wait wait = kv::Wait::kAllowed) {
    storage::Session session{.storage = *storage_, .wait = wait};
    Context context{.storage = *storage_,
                    .session = session,
                    .clock = clock_,
                    .identity = identity_,
                    .host = "localhost:8000",
                    .targets = &targets_};
    return run(context, request);
  }
  template <class Request>
  std::string outcome(const Request& request) {
    const auto result = execute(request);
    if (result) return "ok";
    constexpr std::pair<ErrorCode, std::string_view> kNames[] = {
        {ErrorCode::kInvalidParameterValue, "invalid"}, {ErrorCode::kResourceConflict, "conflict"},
        {ErrorCode::kResourceNotFound, "not found"},    {ErrorCode::kResourceInUse, "in use"},
        {ErrorCode::kLimitExceeded, "limit"},
    };
    for (const auto& [code, name] : kNames) {
      if (code == result.error().code) return fmt::format("{}: {}", name, result.error().message);
    }
    return "another error: " + result.error().message;
  }

  std::string make_stream(const std::string& table) {
    api::CreateTable::Request request = provisioned(table);
    request.stream = model::StreamViewType::kNewAndOldImages;
    const auto created = TableOperationsTest::execute(request);
    EXPECT_TRUE(created);
    return model::stream_arn(created->table.arn, created->table.stream->created);
  }

  api::CreateEventSourceMapping::Request wanted(std::string function = "audit") const {
    return {.stream_arn = stream_,
            .starting_position = model::StartingPosition::kTrimHorizon,
            .settings = {.function_name = std::move(function)}};
  }
  // Its UUID.
  std::string make(std::string function = "audit") {
    const auto created = execute(wanted(std::move(function)));
    EXPECT_TRUE(created) << created.error().message;
    return created ? created->mapping.uuid : "";
  }
  api::MappingDescription found(const std::string& uuid) {
    const auto description = execute(api::GetEventSourceMapping::Request{.uuid = uuid});
    EXPECT_TRUE(description) << description.error().message;
    return description ? *description : api::MappingDescription{};
  }
  api::UpdateEventSourceMapping::Request update(std::string uuid, api::MappingSettings settings) const {
    return {.uuid = std::move(uuid), .settings = std::move(settings)};
  }
  // The names of the functions of a page.
  std::string functions(const api::ListEventSourceMappings::Request& request) {
    const auto page = execute(request);
    EXPECT_TRUE(page) << page.error().message;
    std::string names;
    if (!page) return names;
    for (const auto& description : page->mappings) {
      names += description.mapping.function_arn.substr(description.mapping.function_arn.rfind(':') + 1) + " ";
    }
    return page->more ? names + "..." : names;
  }
  // The config file's.
  std::string declare(std::string function) {
    storage::Session session{.storage = *storage_};
    model::EventSourceMapping mapping;
    mapping.uuid = "declared";
    mapping.region = identity_.region;
    mapping.stream_arn = stream_;
    mapping.function_arn = function_arn(function);
    mapping.trigger = "orders-audit";
    EXPECT_TRUE(storage::create_mapping(session, mapping));
    return mapping.uuid;
  }

  NamedTargets targets_;
  std::string stream_;
};

const std::string kNotThere = "not found: The resource you requested does not exist.";

TEST_F(EventSourceMappingOperationsTest, Life) {
  const auto created = execute(wanted());
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(created->state, MappingState::kCreating);
  EXPECT_EQ(created->mapping.uuid.size(), 36U);
  EXPECT_EQ(created->arn, "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + created->mapping.uuid);
  EXPECT_EQ(created->mapping.function_arn, function_arn("audit"));
  EXPECT_EQ(created->mapping.stream_arn, stream_);
  EXPECT_EQ(created->mapping.last_modified, clock_.now());
  EXPECT_EQ(created->last_result, "No records processed");
  const std::string uuid = created->mapping.uuid;

  EXPECT_EQ(found(uuid).state, MappingState::kEnabled);
  EXPECT_EQ(found(uuid).mapping, created->mapping);

  clock_.advance(1s);
  const auto updated = execute(update(uuid, {.batch_size = 7}));
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->state, MappingState::kUpdating);
  EXPECT_EQ(updated->mapping.last_modified, clock_.now());
  EXPECT_EQ(found(uuid).mapping.batch_size, 7);
  EXPECT_EQ(execute(update(uuid, {.enabled = false}))->state, MappingState::kDisabling);
  EXPECT_EQ(found(uuid).state, MappingState::kDisabled);
  EXPECT_EQ(execute(update(uuid, {.enabled = false}))->state, MappingState::kUpdating);
  EXPECT_EQ(execute(update(uuid, {.enabled = true}))->state, MappingState::kEnabling);

  const auto deleted = execute(api::DeleteEventSourceMapping::Request{.uuid = uuid});
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->state, MappingState::kDeleting);
  EXPECT_EQ(deleted->mapping.uuid, uuid);
  EXPECT_EQ(outcome(api::GetEventSourceMapping::Request{.uuid = uuid}), kNotThere);
  EXPECT_EQ(outcome(api::DeleteEventSourceMapping::Request{.uuid = uuid}), kNotThere);
  EXPECT_EQ(outcome(update(uuid, {})), kNotThere);
}

TEST_F(EventSourceMappingOperationsTest, NoMoreThanTheMost) {
  storage::Session session{.storage = *storage_};
  for (std::size_t i = 0; i + 1 < model::kMostMappings; ++i) {
    model::EventSourceMapping mapping;
    mapping.uuid = fmt::format("{}", i);
    // Of any region: it is the server that they cost.
    mapping.region = i % 2 == 0 ? "us-east-1" : "eu-west-2";
    mapping.stream_arn = stream_;
    mapping.function_arn = fmt::format("{}:{}", function_arn("other"), i);
    ASSERT_TRUE(storage::create_mapping(session, mapping));
  }
  EXPECT_EQ(outcome(wanted()), "ok");
  EXPECT_EQ(outcome(wanted("orders")), "limit: Stator has 500 event source mappings, and can have no more.");
  ASSERT_TRUE(execute(api::DeleteEventSourceMapping::Request{.uuid = "0"}));
  EXPECT_EQ(outcome(wanted("orders")), "ok");
}

TEST_F(EventSourceMappingOperationsTest, MappingsAreNotDecodedOnAnEventLoop) {
  const std::string uuid = make();
  const auto got = execute(api::GetEventSourceMapping::Request{.uuid = uuid}, kv::Wait::kNever);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kWouldBlock);
  const auto listed = execute(api::ListEventSourceMappings::Request{}, kv::Wait::kNever);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, ErrorCode::kWouldBlock);
}

TEST_F(EventSourceMappingOperationsTest, WhatMustBeThere) {
  const struct {
    const char* name;
    api::MappingSettings settings;
    std::string want;
  } rows[] = {
      {"no such function", {.function_name = "other"}, "invalid: Function does not exist"},
      {"of another region",
       {.function_name = "arn:aws:lambda:eu-west-2:000000000000:function:audit"},
       "invalid: Function does not exist"},
      {"of another account", {.function_name = "111111111111:audit"}, "invalid: Function does not exist"},
      {"a destination", {.function_name = "audit", .on_failure = "arn:aws:sqs:us-east-1:000000000000:failed"}, "ok"},
      {"no such destination",
       {.function_name = "orders", .on_failure = "arn:aws:sqs:us-east-1:000000000000:other"},
       "invalid: Nothing stands for the destination arn:aws:sqs:us-east-1:000000000000:other: the server's "
       "configuration declares none of its name."},
      {"no pattern",
       {.function_name = "orders", .filters = std::vector<std::string>{"{}", "text"}},
       "invalid: Invalid filter pattern definition."},
  };
  for (const auto& row : rows) {
    api::CreateEventSourceMapping::Request request = wanted();
    request.settings = row.settings;
    EXPECT_EQ(outcome(request), row.want) << row.name;
  }
  const std::string uuid = make("orders");
  for (const auto& row : rows) {
    if (row.want != "ok") {
      EXPECT_EQ(outcome(update(uuid, row.settings)), row.want) << row.name;
    }
  }
}

TEST_F(EventSourceMappingOperationsTest, TheStreamMustBeEnabled) {
  api::CreateEventSourceMapping::Request request = wanted();
  request.stream_arn = arn_of("Music") + "/stream/2020-01-01T00:00:00.000";
  EXPECT_EQ(outcome(request), "invalid: Stream not found: " + request.stream_arn);
  request.stream_arn = arn_of("Other") + stream_.substr(arn_of("Music").size());
  EXPECT_EQ(outcome(request), "invalid: Stream not found: " + request.stream_arn);

  const std::string uuid = make();
  ASSERT_TRUE(TableOperationsTest::execute(api::UpdateTable::Request{.table_name = "Music", .disable_stream = true}));
  EXPECT_EQ(outcome(wanted("orders")), "invalid: Stream not found: " + stream_);
  EXPECT_EQ(outcome(update(uuid, {.batch_size = 1})), "ok") << "a mapping outlives its stream";
}

TEST_F(EventSourceMappingOperationsTest, LatestIsBehindAllThatIsThere) {
  put("Music", "a");
  api::CreateEventSourceMapping::Request request = wanted();
  EXPECT_EQ(execute(request)->mapping.after, CommitNumber{0});
  request.settings.function_name = "orders";
  request.starting_position = model::StartingPosition::kLatest;
  const CommitNumber last = storage_->engine().last_durable();
  EXPECT_GT(last, CommitNumber{0});
  EXPECT_EQ(execute(request)->mapping.after, last);
}

TEST_F(EventSourceMappingOperationsTest, AStreamAndAFunctionHaveOne) {
  const std::string audit = make("audit");
  const std::string orders = make("orders");
  const auto conflict = [&](std::string_view function, std::string_view uuid) {
    return fmt::format(
        "conflict: The event source arn (\" {} \") and function (\" {} \") provided mapping already exists. Please "
        "update or delete the existing mapping with UUID {}",
        stream_, function, uuid);
  };
  EXPECT_EQ(outcome(wanted("audit")), conflict("audit", audit));
  EXPECT_EQ(outcome(wanted(function_arn("audit"))), conflict("audit", audit));
  EXPECT_EQ(outcome(update(orders, {.function_name = "audit"})), conflict("audit", audit));
  EXPECT_EQ(outcome(update(audit, {.function_name = "audit"})), "ok");
  EXPECT_EQ(outcome(wanted("audit:live")), "ok") << "a version is another function";
  EXPECT_EQ(outcome(update(audit, {.function_name = "audit:7"})), "ok");
  EXPECT_EQ(found(audit).mapping.function_arn, function_arn("audit:7"));
}

TEST_F(EventSourceMappingOperationsTest, UpdatesLeaveAloneWhatTheyDoNotName) {
  const std::string failed = "arn:aws:sqs:us-east-1:000000000000:failed";
  api::CreateEventSourceMapping::Request request = wanted();
  request.settings.filters = {"{}"};
  request.settings.on_failure = failed;
  request.settings.report_batch_item_failures = true;
  request.settings.retry_attempts = 3;
  const auto created = execute(request);
  ASSERT_TRUE(created) << created.error().message;
  const std::string uuid = created->mapping.uuid;
  ASSERT_TRUE(execute(update(uuid, {})));
  EXPECT_EQ(found(uuid).mapping, created->mapping);
  ASSERT_TRUE(execute(
      update(uuid, {.report_batch_item_failures = false, .filters = std::vector<std::string>{}, .on_failure = ""})));
  const model::EventSourceMapping after = found(uuid).mapping;
  EXPECT_TRUE(after.filters.empty());
  EXPECT_EQ(after.on_failure, "");
  EXPECT_FALSE(after.report_batch_item_failures);
  EXPECT_EQ(after.retry_attempts, 3);
}

TEST_F(EventSourceMappingOperationsTest, ListsArePaged) {
  const std::string other = make_stream("Other");
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    targets_.functions.insert(name);
    make(name);
  }
  api::CreateEventSourceMapping::Request elsewhere = wanted("a");
  elsewhere.stream_arn = other;
  ASSERT_EQ(outcome(elsewhere), "ok");
  EXPECT_EQ(functions({}), "a b c d e a ");
  EXPECT_EQ(functions({.event_source = other}), "a ");
  EXPECT_EQ(functions({.event_source = stream_, .function_name = "c"}), "c ");
  EXPECT_EQ(functions({.function_name = "a"}), "a a ");
  EXPECT_EQ(functions({.function_name = function_arn("b")}), "b ");
  EXPECT_EQ(functions({.function_name = "unknown"}), "");
  EXPECT_EQ(functions({.function_name = "a", .limit = 1}), "a ...");
  EXPECT_EQ(functions({.limit = 6}), "a b c d e a ");

  std::string names;
  std::optional<api::ListEventSourceMappings::Marker> after;
  for (;;) {
    const auto page = execute(api::ListEventSourceMappings::Request{.after = after, .limit = 2});
    ASSERT_TRUE(page);
    names += functions({.after = after, .limit = 2});
    if (!page->more) break;
    const model::EventSourceMapping last = page->mappings.back().mapping;
    // That the last one is deleted in the meantime loses nothing.
    EXPECT_EQ(outcome(api::DeleteEventSourceMapping::Request{.uuid = last.uuid}), "ok");
    after = {.stream_arn = last.stream_arn, .function_arn = last.function_arn};
  }
  EXPECT_EQ(names, "a b ...c d ...e a ");
  identity_.region = "eu-west-2";
  EXPECT_EQ(functions({}), "");
}

TEST_F(EventSourceMappingOperationsTest, WhatTheConfigFileDeclaresItAloneChanges) {
  const std::string uuid = declare("orders");
  const std::string refusal =
      "in use: The event source mapping is declared in the server's configuration, as the trigger orders-audit, and "
      "can "
      "only be changed there.";
  EXPECT_EQ(outcome(update(uuid, {.enabled = false})), refusal);
  EXPECT_EQ(outcome(api::DeleteEventSourceMapping::Request{.uuid = uuid}), refusal);
  EXPECT_EQ(found(uuid).state, MappingState::kEnabled);
  EXPECT_EQ(functions({}), "orders ");
}

TEST_F(EventSourceMappingOperationsTest, ShowsWhatBecameOfTheLastBatch) {
  const std::string uuid = make();
  const struct {
    storage::ProcessingResult result;
    std::string_view want;
  } rows[] = {{storage::ProcessingResult::kOk, "OK"},
              {storage::ProcessingResult::kFunctionFailed, "PROBLEM: Function call failed"}};
  for (const auto& row : rows) {
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::write_progress(session, found(uuid).mapping, {.checkpoints = {}, .last_result = row.result}));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
    EXPECT_EQ(found(uuid).last_result, row.want);
    EXPECT_EQ(execute(update(uuid, {}))->last_result, row.want);
  }
  EXPECT_EQ(execute(api::DeleteEventSourceMapping::Request{.uuid = uuid})->last_result,
            "PROBLEM: Function call failed");
}

TEST_F(EventSourceMappingOperationsTest, ChangesAreForThreadsThatMayWait) {
  const auto created = execute(wanted(), kv::Wait::kNever);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kWouldBlock);
  EXPECT_EQ(functions({}), "");
  const std::string uuid = make();
  EXPECT_EQ(execute(update(uuid, {.enabled = false}), kv::Wait::kNever).error().code, ErrorCode::kWouldBlock);
  EXPECT_TRUE(found(uuid).mapping.enabled);
}

}  // namespace
}  // namespace stator::ops
