#include "ops/pipeline.h"

#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"

namespace stator::ops {
namespace {

// A pipeline over a store that fails, waits or dies when a test says so.
class PipelineTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = std::make_unique<kv::FaultStore>(std::shared_ptr<kv::Store>(kv::make_memory_store()), faults_);
    auto engine = kv::make_local_engine(std::move(store), clock_);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    metrics_ = std::make_unique<obs::Metrics>(Pipeline::operations());
    const auto defer = [this](std::function<void()> task) {
      if (!has_workers_) return false;
      ++deferred_;
      workers_.emplace_back(std::move(task));
      return true;
    };
    pipeline_ = std::make_unique<Pipeline>(
        Pipeline::Dependencies{.storage = *storage_, .metrics = *metrics_, .clock = clock_, .defer = defer});
    ASSERT_EQ(call("CreateTable",
                   R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
                       "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                       "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})")
                  .status,
              200);
    deferred_ = 0;
  }

  void TearDown() override {
    for (std::thread& worker : workers_) worker.join();
  }

  std::future<Answer> send(std::string_view operation, std::string_view body, std::string_view region = "us-east-1") {
    auto promise = std::make_shared<std::promise<Answer>>();
    pipeline_->run(
        {.operation = operation,
         .body = body,
         .identity = auth::Identity{.access_key_id = "me", .region = std::string(region), .service = "dynamodb"},
         .host = "localhost"},
        [promise](Answer answer) { promise->set_value(std::move(answer)); });
    return promise->get_future();
  }
  Answer call(std::string_view operation, std::string_view body, std::string_view region = "us-east-1") {
    return send(operation, body, region).get();
  }
  Answer put(std::string_view pk, std::string_view v) {
    return call("PutItem", std::string(R"({"TableName":"things","Item":{"pk":{"S":")")
                               .append(pk)
                               .append(R"("},"v":{"S":")")
                               .append(v)
                               .append(R"("}}})"));
  }
  Answer get(std::string_view pk) {
    return call(
        "GetItem",
        std::string(R"({"TableName":"things","Key":{"pk":{"S":")").append(pk).append(R"("}},"ConsistentRead":true})"));
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<obs::Metrics> metrics_;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<std::thread> workers_;
  int deferred_ = 0;
  bool has_workers_ = true;
};

TEST_F(PipelineTest, WhatIsInMemoryIsAnsweredWithoutAWorker) {
  EXPECT_EQ(put("a", "1").body, "{}");
  EXPECT_EQ(get("a").body, R"({"Item":{"pk":{"S":"a"},"v":{"S":"1"}}})");
  EXPECT_EQ(get("b").body, "{}");
  EXPECT_EQ(deferred_, 0);
}

TEST_F(PipelineTest, RefusedWriteIsA500ThatChangesNothing) {
  ASSERT_EQ(put("a", "1").status, 200);
  faults_->fail_writes(0, 1, {ErrorCode::kInternal, "The disk is full"});
  const Answer failed = put("a", "2");
  EXPECT_EQ(failed.status, 500);
  EXPECT_NE(failed.body.find("InternalServerError"), std::string::npos);
  EXPECT_EQ(failed.body.find("disk"), std::string::npos);
  EXPECT_EQ(failed.cause, "The disk is full");
  EXPECT_EQ(get("a").body, R"({"Item":{"pk":{"S":"a"},"v":{"S":"1"}}})");
  EXPECT_EQ(put("a", "3").status, 200);
  EXPECT_EQ(get("a").body, R"({"Item":{"pk":{"S":"a"},"v":{"S":"3"}}})");
}

TEST_F(PipelineTest, WithoutAThreadThatMayWaitTheServiceIsUnavailable) {
  has_workers_ = false;
  const Answer refused = call("DeleteTable", R"({"TableName":"things"})");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.cause, "No thread could be started to wait for the disk");
  EXPECT_EQ(put("a", "1").status, 200);
}

TEST_F(PipelineTest, AnswerWaitsForTheCommitItTellsOf) {
  std::promise<void> release;
  std::promise<void> reached;
  faults_->before_write([&, gate = release.get_future().share(), first = true](std::size_t) mutable {
    if (std::exchange(first, false)) reached.set_value();
    gate.wait();
  });
  std::future<Answer> write = send("PutItem", R"({"TableName":"things","Item":{"pk":{"S":"a"}}})");
  reached.get_future().wait();
  // It is refused because of the write before it, so it may not be told before that write is safe.
  std::future<Answer> refused = send("PutItem", R"json({"TableName":"things","Item":{"pk":{"S":"a"}},
                                                        "ConditionExpression":"attribute_not_exists(pk)"})json");
  // A read shows what is safe now.
  EXPECT_EQ(get("a").body, "{}");
  using namespace std::chrono_literals;
  EXPECT_EQ(write.wait_for(0s), std::future_status::timeout);
  EXPECT_EQ(refused.wait_for(0s), std::future_status::timeout);
  release.set_value();
  EXPECT_EQ(write.get().status, 200);
  EXPECT_EQ(refused.get().status, 400);
  EXPECT_EQ(get("a").body, R"({"Item":{"pk":{"S":"a"}}})");
}

TEST_F(PipelineTest, WriteThatMeetsAChangeOfItsTableWaitsOnAWorker) {
  ASSERT_EQ(put("a", "1").status, 200);
  std::promise<void> release;
  std::promise<void> reached;
  bool first = true;
  faults_->before_write([&, gate = release.get_future().share()](std::size_t) {
    if (std::exchange(first, false)) reached.set_value();
    gate.wait();
  });
  std::future<Answer> change = send("UpdateTable", R"({"TableName":"things","DeletionProtectionEnabled":true})");
  reached.get_future().wait();
  std::future<Answer> write = send("PutItem", R"({"TableName":"things","Item":{"pk":{"S":"a"}}})");
  EXPECT_EQ(deferred_, 2);
  EXPECT_EQ(get("a").body, R"({"Item":{"pk":{"S":"a"},"v":{"S":"1"}}})");
  using namespace std::chrono_literals;
  EXPECT_EQ(write.wait_for(0s), std::future_status::timeout);
  release.set_value();
  EXPECT_EQ(change.get().status, 200);
  EXPECT_EQ(write.get().status, 200);
  EXPECT_EQ(get("a").body, R"({"Item":{"pk":{"S":"a"}}})");
}

TEST_F(PipelineTest, TablesOfDifferentRegionsAreDifferent) {
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"things"})").status, 200);
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"things"})", "eu-west-2").status, 400);
}

TEST_F(PipelineTest, AnArnNamesTheTableOfItsOwnRegionAndAccount) {
  struct Row {
    const char* arn;
    const char* want;
  };
  const Row rows[] = {
      {"arn:aws:dynamodb:us-east-1:000000000000:table/things", "{}"},
      {"arn:aws:dynamodb:eu-west-2:000000000000:table/things", "Invalid AWS region"},
      {"arn:aws:dynamodb:us-east-1:111111111111:table/things", "Access is denied"},
      {"arn:aws:dynamodb:us-east-1:000000000000:table/others", "Requested resource not found"},
  };
  for (const Row& row : rows) {
    const std::string body = std::string(R"({"TableName":")").append(row.arn).append(R"(","Key":{"pk":{"S":"a"}}})");
    EXPECT_NE(call("GetItem", body).body.find(row.want), std::string::npos) << row.arn;
  }
}

TEST_F(PipelineTest, AnItemsSizeIsLookedAtAfterTableAndKey) {
  const std::string padding(409'600, 'x');
  const auto put = [&](std::string_view table, std::string_view key) {
    return call("PutItem", std::string(R"({"TableName":")")
                               .append(table)
                               .append(R"(","Item":{")")
                               .append(key)
                               .append(R"(":{"S":"a"},"v":{"S":")")
                               .append(padding)
                               .append(R"("}}})"))
        .body;
  };
  EXPECT_NE(put("others", "pk").find("Requested resource not found"), std::string::npos);
  EXPECT_NE(put("things", "other").find("Missing the key pk in the item"), std::string::npos);
  EXPECT_NE(put("things", "pk").find("Item size has exceeded the maximum allowed size"), std::string::npos);
}

TEST_F(PipelineTest, AuthenticationComesBetweenTypesAndConstraints) {
  struct Row {
    const char* name;
    const char* body;
    const char* want;
  };
  const Row rows[] = {
      {"no JSON", "[", "SerializationException"},
      {"wrong type", R"({"TableName":1})", "SerializationException"},
      {"constraint", R"({"TableName":""})", "MissingAuthenticationTokenException"},
      {"unknown table", R"({"TableName":"others","Key":{"pk":{"S":"a"}}})", "MissingAuthenticationTokenException"},
      {"nothing else", R"({"TableName":"things","Key":{"pk":{"S":"a"}}})", "MissingAuthenticationTokenException"},
  };
  for (const Row& row : rows) {
    std::promise<Answer> promise;
    pipeline_->run({.operation = "GetItem",
                    .body = row.body,
                    .identity = fail(ErrorCode::kMissingAuthenticationToken, "Request is missing"),
                    .host = "localhost"},
                   [&](Answer answer) { promise.set_value(std::move(answer)); });
    const Answer answer = promise.get_future().get();
    EXPECT_EQ(answer.status, 400) << row.name;
    EXPECT_NE(answer.body.find(row.want), std::string::npos) << row.name << ": " << answer.body;
  }
}

TEST_F(PipelineTest, EveryOperationAnswersAnEmptyRequestInItsOwnWords) {
  for (const std::string_view operation : Pipeline::operations()) {
    const Answer answer = call(operation, "{}");
    EXPECT_TRUE(answer.status == 200 || answer.body.find("ValidationException") != std::string::npos ||
                answer.error_type == "ValidationException")
        << operation << ": " << answer.body;
    const Answer unreadable = call(operation, "[");
    if (Pipeline::knows(Service::kLambda, operation)) {
      EXPECT_EQ(unreadable.error_type, "SerializationException") << operation;
      EXPECT_EQ(call(operation, "").body, answer.body) << operation;
    } else {
      EXPECT_EQ(unreadable.body, R"({"__type":"com.amazon.coral.service#SerializationException"})") << operation;
    }
  }
  EXPECT_EQ(call("NoSuchThing", "{}").body, R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
}

}  // namespace
}  // namespace stator::ops
