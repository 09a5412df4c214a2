// The requests and answers of DynamoDB Streams.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/describe_stream.h"
#include "api/get_records.h"
#include "api/get_shard_iterator.h"
#include "api/list_streams.h"
#include "api/outcome_for_tests.h"
#include "api/stream_event.h"
#include "api/stream_request.h"
#include "model/value_writer.h"

namespace stator::api {
namespace {

constexpr std::string_view kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music/stream/2026-11-21T14:53:00.123";
constexpr std::string_view kShard = "shardId-00000001571767321804-00000007";
constexpr std::string_view kNumber = "100000000027074219927";

std::string constraint(std::string_view text) { return fmt::format("1 validation error detected: {}", text); }
std::string at(std::string_view value, std::string_view path, std::string_view problem) {
  return fmt::format("Value {} at '{}' failed to satisfy constraint: {}", value, path, problem);
}
std::string parameter(std::string_view text) {
  return fmt::format("One or more parameter values were invalid: {}", text);
}

template <class Operation>
void check(const std::vector<DecodeCase>& rows) {
  for (const DecodeCase& row : rows) {
    EXPECT_EQ(outcome<Operation>(row.body, [](const auto&) { return "ok"; }), row.want) << row.name;
  }
}

constexpr std::string_view kNotNull = "Member must not be null";
constexpr std::string_view kAtLeastOne = "Member must have value greater than or equal to 1";
constexpr std::string_view kLongEnough = "Member must have length greater than or equal to 28";

TEST(StreamArnTest, HasOneForm) {
  const auto arn = parse_stream_arn(kArn);
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->region, "us-east-1");
  EXPECT_EQ(arn->account, "000000000000");
  EXPECT_EQ(arn->table_name, "Music");
  EXPECT_EQ(arn->label, "2026-11-21T14:53:00.123");
  for (const std::string_view bad :
       {"", "fake-stream", "arn:aws:dynamodb:us-east-1:000000000000:table/Music",
        "arn:aws:dynamodb:us-east-1:000000000000:table/Music/stream/",
        "arn:aws:dynamodb:us-east-1:000000000000:table/Music/index/ByAge",
        "arn:aws:dynamodb:us-east-1:000000000000:table/M/stream/2026-11-21T14:53:00.123",
        "arn:aws:dynamodb::000000000000:table/Music/stream/2026-11-21T14:53:00.123",
        "arn:aws:kinesis:us-east-1:000000000000:table/Music/stream/2026-11-21T14:53:00.123",
        "arn:aws:dynamodb:us-east-1:000000000000:stream/Music/2026-11-21T14:53:00.123"}) {
    EXPECT_FALSE(parse_stream_arn(bad)) << bad;
  }
}

TEST(ListStreamsTest, Requests) {
  const auto with = [](std::string_view more) { return fmt::format("{{{}}}", more); };
  check<ListStreams>({
      {"nothing", "{}", "ok"},
      {"a table", with(R"("TableName":"Music","Limit":100)"), "ok"},
      {"a table's ARN", with(R"("TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Music")"), "ok"},
      {"a start", with(fmt::format(R"("ExclusiveStartStreamArn":"{}")", kArn)), "ok"},
      {"limit 0", with(R"("Limit":0)"), constraint(at("'0'", "limit", kAtLeastOne))},
      {"limit 101", with(R"("Limit":101)"), parameter("Limit cannot be greater than the maximum allowed size: 100")},
      {"short name", with(R"("TableName":"ab")"),
       constraint(at("'ab'", "tableName", "Member must have length greater than or equal to 3"))},
      {"bad name", with(R"("TableName":"a/b")"),
       constraint(at("'a/b'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))},
      {"short start", with(R"("ExclusiveStartStreamArn":"x")"),
       constraint(at("'x'", "exclusiveStartStreamArn", "Member must have length greater than or equal to 37"))},
      {"a start that is no ARN", with(R"("ExclusiveStartStreamArn":"0123456789012345678901234567890123456789")"),
       "Invalid StreamArn"},
      {"two problems", with(R"("TableName":"ab","Limit":-1)"),
       "2 validation errors detected: " +
           at("'ab'", "tableName", "Member must have length greater than or equal to 3") + "; " +
           at("'-1'", "limit", kAtLeastOne)},
      {"a name of another type", with(R"("TableName":5)"),
       "SerializationException: NUMBER_VALUE cannot be converted to String"},
  });
}

TEST(ListStreamsTest, Answers) {
  std::string out;
  ListStreams::render({}, out);
  EXPECT_EQ(out, R"({"Streams":[]})");
  out.clear();
  ListStreams::render({.streams = {{"arn-1", "Music", "label-1"}, {"arn-2", "Music", "label-2"}}, .more = true}, out);
  EXPECT_EQ(out, R"({"Streams":[{"StreamArn":"arn-1","TableName":"Music","StreamLabel":"label-1"},)"
                 R"({"StreamArn":"arn-2","TableName":"Music","StreamLabel":"label-2"}],)"
                 R"("LastEvaluatedStreamArn":"arn-2"})");
}

TEST(DescribeStreamTest, Requests) {
  const auto with = [](std::string_view more) { return fmt::format(R"({{"StreamArn":"{}"{}}})", kArn, more); };
  check<DescribeStream>({
      {"the stream alone", with(""), "ok"},
      {"all",
       with(fmt::format(R"(,"Limit":100,"ExclusiveStartShardId":"{0}",)"
                        R"("ShardFilter":{{"Type":"CHILD_SHARDS","ShardId":"{0}"}})",
                        kShard)),
       "ok"},
      {"no stream", "{}", constraint(at("null", "streamArn", kNotNull))},
      {"no ARN", R"({"StreamArn":"fake-stream"})", "Invalid StreamArn"},
      {"a table's ARN", R"({"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music"})", "Invalid StreamArn"},
      {"limit 0", with(R"(,"Limit":0)"), constraint(at("'0'", "limit", kAtLeastOne))},
      {"limit 101", with(R"(,"Limit":101)"), parameter("Limit cannot be greater than the maximum: 100")},
      {"short start", with(R"(,"ExclusiveStartShardId":"x")"),
       constraint(at("'x'", "exclusiveStartShardId", kLongEnough))},
      {"unknown filter", with(fmt::format(R"(,"ShardFilter":{{"Type":"foo","ShardId":"{}"}})", kShard)),
       constraint(at("'foo'", "shardFilter.type", "Member must satisfy enum value set: [CHILD_SHARDS]"))},
      {"filter by what is no shard", with(R"(,"ShardFilter":{"Type":"CHILD_SHARDS","ShardId":"qwerty"})"),
       constraint(at("'qwerty'", "shardFilter.shardId", kLongEnough))},
      {"filter without a shard", with(R"(,"ShardFilter":{"Type":"CHILD_SHARDS"})"),
       parameter("ShardFilter requires both Type and ShardId")},
      {"filter without a type", with(fmt::format(R"(,"ShardFilter":{{"ShardId":"{}"}})", kShard)),
       parameter("ShardFilter requires both Type and ShardId")},
      {"a filter that is none", with(R"(,"ShardFilter":"CHILD_SHARDS")"),
       "SerializationException: Unexpected field type"},
  });
}

TEST(DescribeStreamTest, Answers) {
  std::string out;
  DescribeStream::render({.stream_arn = "arn",
                          .status = StreamStatus::kEnabled,
                          .view_type = model::StreamViewType::kNewImage,
                          .created = WallTime(std::chrono::milliseconds(1'571'767'321'804)),
                          .table_name = "Music",
                          .key = model::KeySchema({{"pk", model::Type::kString}}, {{"sk", model::Type::kNumber}}),
                          .shards = {{"a", "1", "2", std::nullopt}, {"b", "3", std::nullopt, "a"}},
                          .more = true},
                         out);
  EXPECT_EQ(out, R"({"StreamDescription":{"StreamArn":"arn","StreamLabel":"2019-10-22T18:02:01.804",)"
                 R"("StreamStatus":"ENABLED","StreamViewType":"NEW_IMAGE","CreationRequestDateTime":1571767321.804,)"
                 R"("TableName":"Music","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
                 R"({"AttributeName":"sk","KeyType":"RANGE"}],"Shards":[)"
                 R"({"ShardId":"a","SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"}},)"
                 R"({"ShardId":"b","SequenceNumberRange":{"StartingSequenceNumber":"3"},"ParentShardId":"a"}],)"
                 R"("LastEvaluatedShardId":"b"}})");
}

TEST(GetShardIteratorTest, Requests) {
  const auto with = [](std::string_view type, std::string_view more = "") {
    return fmt::format(R"({{"StreamArn":"{}","ShardId":"{}","ShardIteratorType":"{}"{}}})", kArn, kShard, type, more);
  };
  const std::string number = fmt::format(R"(,"SequenceNumber":"{}")", kNumber);
  check<GetShardIterator>({
      {"oldest", with("TRIM_HORIZON"), "ok"},
      {"latest", with("LATEST"), "ok"},
      {"at", with("AT_SEQUENCE_NUMBER", number), "ok"},
      {"after", with("AFTER_SEQUENCE_NUMBER", number), "ok"},
      {"at a time", with("AT_TIMESTAMP", R"(,"Timestamp":1791316726.480)"), "ok"},
      {"nothing", "{}",
       "3 validation errors detected: " + at("null", "streamArn", kNotNull) + "; " + at("null", "shardId", kNotNull) +
           "; " + at("null", "shardIteratorType", kNotNull)},
      {"unknown type", with("bulle"),
       constraint(at("'bulle'", "shardIteratorType",
                     "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, "
                     "AT_TIMESTAMP, TRIM_HORIZON]"))},
      {"short number", with("AT_SEQUENCE_NUMBER", R"(,"SequenceNumber":"1")"),
       constraint(at("'1'", "sequenceNumber", "Member must have length greater than or equal to 21"))},
      {"long number", with("AT_SEQUENCE_NUMBER", fmt::format(R"(,"SequenceNumber":"{}")", std::string(41, '1'))),
       constraint(
           at("'" + std::string(41, '1') + "'", "sequenceNumber", "Member must have length less than or equal to 40"))},
      {"no digits", with("AT_SEQUENCE_NUMBER", fmt::format(R"(,"SequenceNumber":"{}")", std::string(30, 'x'))),
       parameter("Invalid SequenceNumber")},
      {"at nothing", with("AT_SEQUENCE_NUMBER"), parameter("Invalid SequenceNumber")},
      {"after nothing", with("AFTER_SEQUENCE_NUMBER"), parameter("Invalid SequenceNumber")},
      {"oldest with a number", with("TRIM_HORIZON", number),
       parameter("SequenceNumber should not be passed for this iterator type")},
      {"latest with a number", with("LATEST", number),
       parameter("SequenceNumber should not be passed for this iterator type")},
      {"a time of no time", with("AT_TIMESTAMP"), parameter("Invalid Timestamp")},
      {"a time that is none", with("AT_TIMESTAMP", R"(,"Timestamp":"now")"),
       "SerializationException: Unexpected field type"},
      {"no ARN",
       R"({"StreamArn":"x","ShardId":"shardId-00000001571767321804-00000007",)"
       R"("ShardIteratorType":"LATEST"})",
       "Invalid StreamArn"},
  });
}

TEST(GetShardIteratorTest, ATimeHasMicroseconds) {
  const std::string body = fmt::format(
      R"({{"StreamArn":"{}","ShardId":"{}","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1791316726.480}})", kArn,
      kShard);
  const auto object = parse_body(body);
  ASSERT_TRUE(object);
  const auto request = GetShardIterator::decode(*object);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->timestamp, WallTime(std::chrono::milliseconds(1'791'316'726'480)));
}

TEST(GetRecordsTest, Requests) {
  const auto with = [](std::string_view more) { return fmt::format(R"({{"ShardIterator":"x"{}}})", more); };
  check<GetRecords>({
      {"the iterator alone", with(""), "ok"},
      {"limit 1000", with(R"(,"Limit":1000)"), "ok"},
      {"limit 1001", with(R"(,"Limit":1001)"), parameter("Limit should be less than or equal to 1000")},
      {"limit 0", with(R"(,"Limit":0)"), constraint(at("'0'", "limit", kAtLeastOne))},
      {"limit -1", with(R"(,"Limit":-1)"), constraint(at("'-1'", "limit", kAtLeastOne))},
      {"no iterator", "{}", constraint(at("null", "shardIterator", kNotNull))},
      {"an empty one", R"({"ShardIterator":""})",
       constraint(at("''", "shardIterator", "Member must have length greater than or equal to 1"))},
  });
}

std::string item(std::string_view key) {
  model::MapWriter map;
  model::append_string(map.next("pk"), key);
  std::string encoded;
  map.finish(encoded);
  return encoded;
}

TEST(GetRecordsTest, Answers) {
  std::string out;
  GetRecords::render({.events = {}, .next_iterator = "next"}, out);
  EXPECT_EQ(out, R"({"Records":[],"NextShardIterator":"next"})");
  out.clear();
  GetRecords::render({.events = {{.event_id = "id",
                                  .kind = codec::ChangeKind::kModify,
                                  .region = "eu-west-2",
                                  .time = WallTime(std::chrono::milliseconds(1'571'849'028'999)),
                                  .keys = item("a"),
                                  .new_image = item("b"),
                                  .old_image = item("c"),
                                  .sequence_number = "12",
                                  .size_bytes = 9,
                                  .view_type = model::StreamViewType::kNewAndOldImages},
                                 {.event_id = "id2",
                                  .kind = codec::ChangeKind::kRemove,
                                  .origin = codec::ChangeOrigin::kTimeToLive,
                                  .region = "eu-west-2",
                                  .time = WallTime(std::chrono::seconds(1'571'849'029)),
                                  .keys = item("a"),
                                  .new_image = {},
                                  .old_image = {},
                                  .sequence_number = "13",
                                  .size_bytes = 3,
                                  .view_type = model::StreamViewType::kKeysOnly}}},
                     out);
  EXPECT_EQ(out,
            R"({"Records":[{"eventID":"id","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
            R"("awsRegion":"eu-west-2","dynamodb":{"ApproximateCreationDateTime":1571849028,)"
            R"("Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"b"}},"OldImage":{"pk":{"S":"c"}},)"
            R"("SequenceNumber":"12","SizeBytes":9,"StreamViewType":"NEW_AND_OLD_IMAGES"}},)"
            R"({"eventID":"id2","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
            R"("awsRegion":"eu-west-2","dynamodb":{"ApproximateCreationDateTime":1571849029,)"
            R"("Keys":{"pk":{"S":"a"}},"SequenceNumber":"13","SizeBytes":3,"StreamViewType":"KEYS_ONLY"},)"
            R"("userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}}]})");
}

}  // namespace
}  // namespace stator::api
