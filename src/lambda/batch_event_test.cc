#include "lambda/batch_event.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api/stream_event.h"
#include "model/value_writer.h"

namespace stator::lambda {
namespace {

std::string map_of(std::string_view name, std::string_view text) {
  model::MapWriter map;
  model::append_string(map.next(name), text);
  std::string encoded;
  map.finish(encoded);
  return encoded;
}

api::StreamEvent event() {
  return {.event_id = "c4ca4238a0b923820dcc509a6f75849b",
          .kind = codec::ChangeKind::kModify,
          .origin = codec::ChangeOrigin::kRequest,
          .region = "eu-west-1",
          .time = WallTime(std::chrono::milliseconds(1'594'935'882'999)),
          .keys = map_of("pk", "a"),
          .new_image = map_of("pk", "new"),
          .old_image = map_of("pk", "old"),
          .sequence_number = "1000000000000000000420000000007",
          .size_bytes = 26,
          .view_type = model::StreamViewType::kNewAndOldImages};
}

constexpr std::string_view kArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2020-07-16T21:39:00.123";

std::string rendered(const api::StreamEvent& event) {
  std::string out;
  api::append_function_event(out, event, kArn);
  return out;
}

TEST(BatchEventTest, ARecordAsAFunctionGetsIt) {
  EXPECT_EQ(
      rendered(event()),
      R"({"eventID":"c4ca4238a0b923820dcc509a6f75849b","eventName":"MODIFY","eventVersion":"1.1",)"
      R"("eventSource":"aws:dynamodb","awsRegion":"eu-west-1","dynamodb":{"ApproximateCreationDateTime":1594935882,)"
      R"("Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"new"}},"OldImage":{"pk":{"S":"old"}},)"
      R"("SequenceNumber":"1000000000000000000420000000007","SizeBytes":26,)"
      R"("StreamViewType":"NEW_AND_OLD_IMAGES"},)"
      R"("eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2020-07-16T21:39:00.123"})");
}

TEST(BatchEventTest, ADeletionByTimeToLiveNamesTheService) {
  api::StreamEvent removal = event();
  removal.kind = codec::ChangeKind::kRemove;
  removal.origin = codec::ChangeOrigin::kTimeToLive;
  removal.new_image.clear();
  const std::string json = rendered(removal);
  EXPECT_NE(
      json.find(R"(},"userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"},"eventSourceARN":)"),
      std::string::npos)
      << json;
  EXPECT_EQ(json.find("NewImage"), std::string::npos) << json;
}

TEST(BatchEventTest, RecordsStandInTheirOrder) {
  struct Row {
    std::vector<std::string> records;
    std::string want;
  };
  const std::vector<Row> rows = {
      {{}, R"({"Records":[]})"},
      {{R"({"a":1})"}, R"({"Records":[{"a":1}]})"},
      {{R"({"a":1})", R"({"b":2})", R"({"c":3})"}, R"({"Records":[{"a":1},{"b":2},{"c":3}]})"},
  };
  for (const Row& row : rows) {
    BatchEvent batch;
    for (const std::string& record : row.records) {
      const std::size_t size = batch.size_with(record.size());
      batch.add(record);
      EXPECT_LE(std::string(BatchEvent(batch).release()).size(), size);
    }
    EXPECT_EQ(std::move(batch).release(), row.want);
  }
}

}  // namespace
}  // namespace stator::lambda
