#include "lambda/failure_record.h"

#include <gtest/gtest.h>

namespace stator::lambda {
namespace {

FailureRecord record() {
  return {.request_id = "316aa6d0-8154-4f6f-9ad8-d3b1d33f1b5c",
          .function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f",
          .why = GivenUp::kRetriesExhausted,
          .invocations = 2,
          .function_failed = true,
          .now = WallTime(std::chrono::microseconds(1'573'690'429'717'999)),
          .shard_id = "shardId-00000001573689847184-0000000a",
          .stream_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2019-11-14T00:04:06.388",
          .first = {.commit = {800}, .place = 0},
          .last = {.commit = {801}, .place = 3},
          .first_written = WallTime(std::chrono::milliseconds(1'573'690'399'999)),
          .last_written = WallTime(std::chrono::milliseconds(1'573'690'400'000)),
          .batch_size = 7,
          .payload = {}};
}

constexpr std::string_view kBatch =
    R"("DDBStreamBatchInfo":{"shardId":"shardId-00000001573689847184-0000000a",)"
    R"("startSequenceNumber":"1000000000000000008000000000000","endSequenceNumber":"1000000000000000008010000000003",)"
    R"("approximateArrivalOfFirstRecord":"2019-11-14T00:13:19Z","approximateArrivalOfLastRecord":"2019-11-14T00:13:20Z",)"
    R"("batchSize":7,"streamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2019-11-14T00:04:06.388"})";
constexpr std::string_view kVersion = R"("version":"1.0","timestamp":"2019-11-14T00:13:49.717Z",)";
constexpr std::string_view kRequest = R"({"requestContext":{"requestId":"316aa6d0-8154-4f6f-9ad8-d3b1d33f1b5c",)"
                                      R"("functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f",)";

std::string want(std::string_view context, std::string_view end = "}") {
  std::string text(kRequest);
  return text.append(context).append(kVersion).append(kBatch).append(end);
}

TEST(FailureRecordTest, WhatItSays) {
  EXPECT_EQ(render(record()),
            want(R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2},)"
                 R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},)"));

  FailureRecord only_items = record();
  only_items.function_failed = false;
  EXPECT_EQ(render(only_items),
            want(R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2},)"
                 R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":null},)"));

  FailureRecord too_old = record();
  too_old.why = GivenUp::kTooOld;
  too_old.invocations = 0;
  EXPECT_EQ(render(too_old), want(R"("condition":"RecordAgeExceeded","approximateInvokeCount":0},)"))
      << "nothing has answered";

  FailureRecord to_bucket = record();
  to_bucket.payload = R"({"Records":[]})";
  EXPECT_EQ(render(to_bucket),
            want(R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2},)"
                 R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},)",
                 R"(,"payload":"{\"Records\":[]}"})"));
}

}  // namespace
}  // namespace stator::lambda
