#include "bench/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::bench {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

Answer answer_of(int status, std::string_view body) {
  Answer answer;
  EXPECT_EQ(answer.append("HTTP/1.1 " + std::to_string(status) +
                          " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body)),
            AnswerState::kComplete);
  return answer;
}

TEST(Failures, KindsAreTheErrorsNames) {
  struct Row {
    int status;
    const char* body;
    const char* kind;
    bool is_throttle;
  };
  for (const Row& row :
       {Row{400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","m":1})",
            "ProvisionedThroughputExceededException", true},
        Row{400, R"({ "__type" : "com.amazon.coral.availability#ThrottlingException" })", "ThrottlingException", true},
        Row{400, R"({"__type":"ValidationException"})", "ValidationException", false}, Row{500, "", "HTTP 500", false},
        Row{503, "<html>", "HTTP 503", false}}) {
    EXPECT_EQ(failure_kind(answer_of(row.status, row.body)), row.kind);
    EXPECT_EQ(is_throttle(row.kind), row.is_throttle) << row.kind;
  }
}

TEST(Failures, BatchesThatLeaveSomeUndone) {
  EXPECT_FALSE(leaves_some_undone("{}"));
  EXPECT_FALSE(leaves_some_undone(R"({"UnprocessedItems":{}})"));
  EXPECT_FALSE(leaves_some_undone(R"({"Responses": {"t": []}, "UnprocessedKeys": { }})"));
  EXPECT_TRUE(leaves_some_undone(R"({"UnprocessedItems":{"t":[{}]}})"));
  EXPECT_TRUE(leaves_some_undone(R"({"UnprocessedKeys" : { "t": []}})"));
}

Measured example() {
  Measured measured;
  measured.operations = {{"read", {}}, {"update", {}}};
  for (int i = 1; i <= 100; ++i) measured.operations[0].latency.record(microseconds{100 * i});
  for (int i = 0; i < 50; ++i) measured.operations[1].latency.record(microseconds{200'000});
  measured.seconds = 2;
  measured.add_failure("ThrottlingException", "slow down", 3);
  measured.add_failure("HTTP 500", "first");
  measured.add_failure("HTTP 500", "second");
  return measured;
}

TEST(Report, JsonAddsUp) {
  config::BenchOptions options;
  options.workload = "a";
  const std::string json = json_report(options, example());
  for (const char* want :
       {R"("workload":"a","connections":64)", R"("completed":150,"per_second":75)", R"("max_us":200000)",
        R"("throttled":3,"errors":2,"failures":{"HTTP 500":2,"ThrottlingException":3})",
        R"("read":{"completed":100,"per_second":50,"mean_us":5050,)", R"("update":{"completed":50,)"}) {
    EXPECT_THAT(json, HasSubstr(want));
  }
}

TEST(Report, TableForPeople) {
  config::BenchOptions options;
  options.workload = "a";
  options.rate = 5000;
  const std::string table = table_report(options, example());
  for (const char* want : {"workload a, 64 connections, 5,000 requests due a second, 2.0 s", "read ", "update ", "all ",
                           "200 ms", "throttled: ThrottlingException: 3", "failed: HTTP 500: 2"}) {
    EXPECT_THAT(table, HasSubstr(want));
  }
}

TEST(Report, PausesOfTheGeneratorAreTold) {
  Measured measured = example();
  EXPECT_THAT(table_report({}, measured), testing::Not(HasSubstr("stood still")));
  measured.pause = std::chrono::seconds{2};
  EXPECT_THAT(table_report({}, measured), HasSubstr("the generator itself stood still for 2.00 s"));
  EXPECT_THAT(json_report({}, measured), HasSubstr(R"("pause_us":2000000)"));
}

TEST(Report, FailuresKeepTheFirstAnswer) { EXPECT_EQ(example().failures.at("HTTP 500").sample, "first"); }

TEST(Report, ProgressIsOfItsOwnTime) {
  Progress progress;
  progress.elapsed = std::chrono::seconds{7};
  progress.taken = std::chrono::milliseconds{500};
  for (int i = 0; i < 1000; ++i) progress.latency.record(microseconds{300});
  progress.failures = 4;
  const std::string line = progress_line(progress);
  for (const char* want : {"7 s", "2,000/s", "300 us", "failed 4"}) EXPECT_THAT(line, HasSubstr(want));
}

}  // namespace
}  // namespace stator::bench
