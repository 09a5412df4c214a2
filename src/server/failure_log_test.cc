// Failures on their way from the store to the log.
#include "server/failure_log.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/authenticator.h"
#include "base/random.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"
#include "server/dispatch.h"

namespace stator::server {
namespace {

using testing::HasSubstr;
using testing::Not;

// A dispatch over a store that fails when told to. What is deferred runs when the test says so.
class FailureLogTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = std::make_unique<kv::FaultStore>(std::shared_ptr<kv::Store>(kv::make_memory_store()), faults_);
    auto engine = kv::make_local_engine(std::move(store), clock_);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
    const FailureLog::Defer keep = [this](std::function<void()> task) {
      if (!has_workers_) return false;
      deferred_.push_back(std::move(task));
      return true;
    };
    failures_ = std::make_unique<FailureLog>(log_, clock_, keep);
    pipeline_ = std::make_unique<ops::Pipeline>(ops::Pipeline::Dependencies{
        .storage = *storage_, .metrics = metrics_, .clock = clock_, .defer = [](std::function<void()> task) {
          task();
          return true;
        }});
    dispatch_ = std::make_unique<Dispatch>(*pipeline_, authenticator_, metrics_, *failures_);
    ASSERT_EQ(call("CreateTable", R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",)"
                                  R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                                  R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})")
                  .status,
              200);
  }

  http::Response call(const std::string& operation, const std::string& body) {
    const std::string target = "DynamoDB_20120810." + operation;
    const http::Request request{
        .method = "POST",
        .target = "/",
        .headers = {{"Content-Type", "application/x-amz-json-1.0"},
                    {"X-Amz-Target", target},
                    {"X-Amz-Date", "20260101T000000Z"},
                    {"Authorization",
                     "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, "
                     "Signature=00"}},
        .body = body};
    std::promise<http::Response> answer;
    dispatch_->handle(request, [&](http::Response response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  http::Response failing_put() {
    faults_->fail_writes(0, 1, {ErrorCode::kInternal, "No space left on device"});
    return call("PutItem", R"({"TableName":"things","Item":{"pk":{"S":"secret"}}})");
  }

  // What standard error gets from the tasks deferred so far.
  std::string run_deferred() {
    testing::internal::CaptureStderr();
    for (const auto& task : std::exchange(deferred_, {})) task();
    return testing::internal::GetCapturedStderr();
  }

  ManualClock clock_;
  SeededRandom random_{1};
  obs::Log log_{obs::Level::kError};
  obs::Metrics metrics_{ops::Pipeline::operations()};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::unique_ptr<storage::Storage> storage_;
  bool has_workers_ = true;
  std::vector<std::function<void()>> deferred_;
  std::unique_ptr<FailureLog> failures_;
  std::unique_ptr<ops::Pipeline> pipeline_;
  const auth::Authenticator authenticator_{clock_};
  std::unique_ptr<Dispatch> dispatch_;
};

TEST_F(FailureLogTest, TellsTheCauseThatTheClientIsNotTold) {
  EXPECT_THAT(failing_put().body, Not(HasSubstr("No space")));
  const std::string out = run_deferred();
  EXPECT_THAT(out, HasSubstr(R"("event":"request failed","operation":"PutItem","status":"500",)"
                             R"("cause":"No space left on device","failures_left_out":"0"})"));
  EXPECT_THAT(out, Not(HasSubstr("secret")));
}

TEST_F(FailureLogTest, NothingIsWrittenByTheThreadThatAnswers) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(failing_put().status, 500);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(deferred_.size(), 1U);
}

TEST_F(FailureLogTest, OneLineASecondAndACountOfTheRest) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(failing_put().status, 500);
  clock_.advance(std::chrono::seconds{1});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(failing_put().status, 500);
  const std::string out = run_deferred();
  EXPECT_EQ(std::ranges::count(out, '\n'), 2);
  EXPECT_THAT(out, HasSubstr(R"("failures_left_out":"0"})"));
  EXPECT_THAT(out, HasSubstr(R"("failures_left_out":"4"})"));
}

TEST_F(FailureLogTest, LinesThatNoThreadCouldWriteAreCounted) {
  has_workers_ = false;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failing_put().status, 500);
  has_workers_ = true;
  clock_.advance(std::chrono::seconds{1});
  EXPECT_EQ(failing_put().status, 500);
  EXPECT_THAT(run_deferred(), HasSubstr(R"("failures_left_out":"3"})"));
}

TEST_F(FailureLogTest, AnswersThatAreTheClientsFaultAreNotLogged) {
  EXPECT_EQ(call("PutItem", "{}").status, 400);
  EXPECT_TRUE(deferred_.empty());
}

}  // namespace
}  // namespace stator::server
