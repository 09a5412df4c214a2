// The server as a client meets it: an Instance over the memory engine, spoken to through bare sockets.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/random.h"
#include "http/raw_client.h"
#include "ops/pipeline.h"
#include "server/instance.h"

namespace stator::server {
namespace {

using http::RawAnswer;
using http::RawClient;
using testing::HasSubstr;

const std::string kAuthorization =
    "Authorization: AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=00\r\nX-Amz-Date: 20260101T000000Z\r\n";
const std::string kJson = "Content-Type: application/x-amz-json-1.0\r\n";
const std::string kUnknownPage = "<UnknownOperationException/>\n";
const std::string kUnknown = R"({"__type":"com.amazon.coral.service#UnknownOperationException"})";
const std::string kNoToken =
    R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"})";

std::string target(std::string_view name) { return fmt::format("X-Amz-Target: {}\r\n", name); }

std::string request(std::string_view line, std::string_view headers = "", std::string_view body = "") {
  return fmt::format("{} HTTP/1.1\r\nHost: db.test:8000\r\n{}Content-Length: {}\r\n\r\n{}", line, headers, body.size(),
                     body);
}

std::string call(std::string_view operation, std::string_view body) {
  const std::string_view service =
      ops::Pipeline::knows(ops::Service::kStreams, operation) ? "DynamoDBStreams_20120810" : "DynamoDB_20120810";
  return request("POST /", kJson + kAuthorization + target(fmt::format("{}.{}", service, operation)), body);
}

// The text of a member, wherever it stands.
std::string member(std::string_view json, std::string_view name) {
  const std::string key = fmt::format("\"{}\":\"", name);
  const std::size_t begin = json.find(key) + key.size();
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}

class DispatchTest : public testing::Test {
 protected:
  void SetUp() override {
    config::ServeOptions options;
    options.port = 0;
    options.loops = 2;
    options.in_memory = true;
    options.functions.push_back({.name = "audit", .url = "http://127.0.0.1:9", .command = {}, .file = {}});
    auto instance = Instance::start(options, kv::open_rocksdb_store, clock_, random_, log_);
    ASSERT_TRUE(instance.has_value()) << instance.error().message;
    instance_ = *std::move(instance);
    client_ = std::make_unique<RawClient>(instance_->port());
  }

  SystemClock clock_;
  SystemRandom random_;
  obs::Log log_{obs::Level::kOff};
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<RawClient> client_;
};

TEST_F(DispatchTest, AnswersBelowThePipeline) {
  struct Row {
    std::string name;
    std::string request;
    int status;
    std::string body;
  };
  const std::string get_item = target("DynamoDB_20120810.GetItem");
  const std::vector<Row> rows{
      {"health", request("GET /"), 200, "healthy: db.test:8000"},
      {"health anywhere", request("GET /any/where?x=y"), 200, "healthy: db.test:8000"},
      {"operator's health", request("GET /_stator/health"), 200, "healthy\n"},
      {"ready", request("GET /_stator/ready"), 200, "ready\n"},
      {"no such endpoint", request("GET /_stator/other"), 404, "there is no such endpoint\n"},
      {"put", request("PUT /", "", "x"), 404, kUnknownPage},
      {"delete", request("DELETE /"), 404, kUnknownPage},
      {"options without origin", request("OPTIONS /"), 404, kUnknownPage},
      {"no content type", request("POST /", kAuthorization + get_item, "{}"), 404, kUnknownPage},
      {"a form", request("POST /", "Content-Type: application/x-www-form-urlencoded\r\n" + get_item, "{}"), 404,
       kUnknownPage},
      {"json 1.1", request("POST /", "Content-Type: application/x-amz-json-1.1\r\n" + get_item, "{}"), 404,
       kUnknownPage},
      {"no body, no target", request("POST /"), 400, kUnknown},
      {"no target", request("POST /", kJson, "{}"), 400, kUnknown},
      {"unknown operation", request("POST /", kJson + target("DynamoDB_20120810.GetItems"), "{}"), 400, kUnknown},
      {"operation of another service", request("POST /", kJson + target("DynamoDB_20120810.GetRecords"), "{}"), 400,
       kUnknown},
      {"operation of no streams", request("POST /", kJson + target("DynamoDBStreams_20120810.GetItem"), "{}"), 400,
       kUnknown},
      {"operation in lower case", request("POST /", kJson + target("DynamoDB_20120810.getitem"), "{}"), 400, kUnknown},
      {"old version", request("POST /", kJson + target("DynamoDB_20111205.GetItem"), "{}"), 400, kUnknown},
      {"bare operation", request("POST /", kJson + target("GetItem"), "{}"), 400, kUnknown},
      {"streams, unsigned", request("POST /", kJson + target("DynamoDBStreams_20120810.ListStreams"), "{}"), 400,
       kNoToken},
      {"unknown before JSON", request("POST /", kJson + target("X"), "{"), 400, kUnknown},
      {"unsigned", request("POST /", kJson + get_item, "{}"), 400, kNoToken},
      {"content type with parameter",
       request("POST /", "Content-Type: Application/JSON; charset=utf-8\r\n" + get_item, "{}"), 400, kNoToken},
      {"JSON before authentication", request("POST /", kJson + get_item, "{"), 400,
       R"({"__type":"com.amazon.coral.service#SerializationException"})"},
      {"types before authentication", request("POST /", kJson + get_item, R"({"TableName":1})"), 400,
       R"({"__type":"com.amazon.coral.service#SerializationException","Message":"NUMBER_VALUE cannot be converted to String"})"},
      {"authentication before constraints", request("POST /", kJson + get_item, R"({"TableName":""})"), 400, kNoToken},
  };
  for (const Row& row : rows) {
    const RawAnswer answer = client_->exchange(row.request);
    EXPECT_EQ(answer.status, row.status) << row.name;
    EXPECT_EQ(answer.body, row.body) << row.name;
    EXPECT_EQ(answer.header("x-amzn-RequestId").size(), 52U) << row.name;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "") << row.name;
  }
}

TEST_F(DispatchTest, ChecksumsThatDynamoDbSends) {
  EXPECT_EQ(client_->exchange(request("PUT /")).header("x-amz-crc32"), "3552371480");
  EXPECT_EQ(client_->exchange(request("POST /")).header("x-amz-crc32"), "1368724161");
  EXPECT_EQ(
      client_->exchange(request("POST /", kJson + target("DynamoDB_20120810.GetItem"), "{}")).header("x-amz-crc32"),
      "2088342776");
}

TEST_F(DispatchTest, CrossOrigin) {
  const RawAnswer preflight = client_->exchange(
      request("OPTIONS /",
              "Origin: http://x\r\nAccess-Control-Request-Headers: a, b\r\nAccess-Control-Request-Method: POST\r\n"));
  EXPECT_EQ(preflight.status, 200);
  EXPECT_EQ(preflight.body, "");
  EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(preflight.header("Access-Control-Allow-Headers"), "a, b");
  EXPECT_EQ(preflight.header("Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(preflight.header("Access-Control-Max-Age"), "172800");

  const RawAnswer bare = client_->exchange(request("OPTIONS /", "Origin: http://x\r\n"));
  EXPECT_EQ(bare.headers.contains("Access-Control-Allow-Headers"), false);
  EXPECT_EQ(bare.headers.contains("Access-Control-Allow-Methods"), false);

  EXPECT_EQ(client_->exchange(request("GET /", "Origin: http://x\r\n")).header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(client_->exchange(request("POST /", "Origin: http://x\r\n")).header("Access-Control-Allow-Origin"), "*");
}

TEST_F(DispatchTest, TheWholeWalk) {
  const RawAnswer created = client_->exchange(call(
      "CreateTable",
      R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],)"
      R"("AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}]})"));
  EXPECT_EQ(created.status, 200) << created.body;
  EXPECT_THAT(created.body, HasSubstr(":us-east-1:"));
  const RawAnswer put =
      client_->exchange(call("PutItem", R"({"TableName":"things","Item":{"k":{"S":"a"},"v":{"N":"1"}}})"));
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.body, "{}");
  EXPECT_EQ(put.header("x-amz-crc32"), "2745614147");
  const RawAnswer got = client_->exchange(call("GetItem", R"({"TableName":"things","Key":{"k":{"S":"a"}}})"));
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, HasSubstr(R"("v":{"N":"1"})"));
  const RawAnswer missing = client_->exchange(call("GetItem", R"({"TableName":"others","Key":{"k":{"S":"a"}}})"));
  EXPECT_EQ(missing.status, 400);
  EXPECT_THAT(missing.body, HasSubstr("ResourceNotFoundException"));

  const std::string page = client_->exchange(request("GET /_stator/metrics")).body;
  for (const char* want :
       {"stator_requests_total{operation=\"PutItem\"} 1\n", "stator_requests_total{operation=\"GetItem\"} 2\n",
        "stator_errors_total{operation=\"GetItem\",kind=\"user\"} 1\n", "stator_connections_open 1\n",
        "# TYPE stator_commits_total counter\n", "process_resident_memory_bytes "}) {
    EXPECT_THAT(page, HasSubstr(want));
  }
}

TEST_F(DispatchTest, EveryOperationIsReached) {
  for (const std::string_view operation : ops::Pipeline::operations()) {
    if (ops::Pipeline::knows(ops::Service::kLambda, operation)) continue;
    const RawAnswer answer = client_->exchange(call(operation, "[]"));
    EXPECT_EQ(answer.status, 400) << operation;
    EXPECT_THAT(answer.body, HasSubstr("SerializationException")) << operation;
  }
}

const std::string kForLambda =
    "Authorization: AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/lambda/aws4_request, "
    "SignedHeaders=host, Signature=00\r\nX-Amz-Date: 20260101T000000Z\r\n";
const std::string kMappings = "/2015-03-31/event-source-mappings";

TEST_F(DispatchTest, LambdaAnswersBelowThePipeline) {
  struct Row {
    std::string name;
    std::string request;
    int status;
    std::string type;  // of the error
    std::string body;
  };
  const std::string json = "Content-Type: application/json\r\n";
  const auto unknown = [](std::string_view what) {
    return fmt::format(R"({{"message":"Stator has no operation of Lambda that is {}"}})", what);
  };
  const std::string no_token = R"({"message":"Request is missing Authentication Token"})";
  const std::vector<Row> rows{
      {"list", request("GET " + kMappings, kForLambda), 200, "", R"({"EventSourceMappings":[]})"},
      {"list, with a slash", request("GET " + kMappings + "/", kForLambda), 200, "", R"({"EventSourceMappings":[]})"},
      {"list, typed", request("GET " + kMappings, kForLambda + json), 200, "", R"({"EventSourceMappings":[]})"},
      {"list, of a bad size", request("GET " + kMappings + "?MaxItems=0", kForLambda), 400, "ValidationException",
       R"({"message":"1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must )"
       R"(have value greater than or equal to 1"})"},
      {"get", request("GET " + kMappings + "/none", kForLambda), 404, "ResourceNotFoundException",
       R"({"Type":"User","Message":"The resource you requested does not exist."})"},
      {"delete", request("DELETE " + kMappings + "/none", kForLambda), 404, "ResourceNotFoundException",
       R"({"Type":"User","Message":"The resource you requested does not exist."})"},
      {"update, without a body", request("PUT " + kMappings + "/none", kForLambda), 404, "ResourceNotFoundException",
       R"({"Type":"User","Message":"The resource you requested does not exist."})"},
      {"create", request("POST " + kMappings, kForLambda + json, R"({"FunctionName":"f"})"), 400,
       "InvalidParameterValueException", R"({"Type":"User","message":"Unrecognized event source."})"},
      {"create, without a content type", request("POST " + kMappings, kForLambda, R"({"FunctionName":"f"})"), 400,
       "InvalidParameterValueException", R"({"Type":"User","message":"Unrecognized event source."})"},
      {"no JSON", request("POST " + kMappings, json, "{"), 400, "SerializationException", R"({"message":""})"},
      {"unsigned", request("GET " + kMappings), 403, "MissingAuthenticationTokenException", no_token},
      {"unsigned, constraints", request("GET " + kMappings + "?MaxItems=0"), 403, "MissingAuthenticationTokenException",
       no_token},
      {"signed for DynamoDB", request("GET " + kMappings, kAuthorization), 403, "InvalidSignatureException",
       R"({"message":"Credential should be scoped to correct service: 'lambda'. "})"},
      {"another method", request("PATCH " + kMappings), 404, "UnknownOperationException",
       unknown("PATCH /2015-03-31/event-source-mappings")},
      {"another path", request("GET /2015-03-31/functions/?x=y"), 404, "UnknownOperationException",
       unknown("GET /2015-03-31/functions/")},
      {"tags", request("GET /2017-03-31/tags/a", kForLambda), 404, "UnknownOperationException",
       unknown("GET /2017-03-31/tags/a")},
      {"what curl calls a form",
       request("POST " + kMappings, kForLambda + "Content-Type: application/x-www-form-urlencoded\r\n",
               R"({"FunctionName":"f"})"),
       400, "InvalidParameterValueException", R"({"Type":"User","message":"Unrecognized event source."})"},
  };
  for (const Row& row : rows) {
    const RawAnswer answer = client_->exchange(row.request);
    EXPECT_EQ(answer.status, row.status) << row.name;
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), row.type) << row.name;
    EXPECT_EQ(answer.header("Content-Type"), "application/json") << row.name;
    EXPECT_EQ(answer.body, row.body) << row.name;
  }
  const RawAnswer from_page = client_->exchange(request("GET " + kMappings, "Origin: http://x\r\n" + kForLambda));
  EXPECT_EQ(from_page.header("Access-Control-Allow-Origin"), "*");
}

TEST_F(DispatchTest, LambdaByItsNameIsNoOperationOfDynamoDb) {
  const RawAnswer answer = client_->exchange(
      request("POST /", kJson + kAuthorization + target("DynamoDB_20120810.ListEventSourceMappings")));
  EXPECT_EQ(answer.body, kUnknown);
}

TEST_F(DispatchTest, AMappingsWholeWalk) {
  const RawAnswer created = client_->exchange(call(
      "CreateTable",
      R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],)"
      R"("AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
      R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}})"));
  ASSERT_EQ(created.status, 200) << created.body;
  const std::string stream = member(created.body, "LatestStreamArn");
  const RawAnswer mapped = client_->exchange(
      request("POST " + kMappings, kForLambda,
              fmt::format(R"({{"FunctionName":"audit","EventSourceArn":"{}","StartingPosition":"LATEST"}})", stream)));
  EXPECT_EQ(mapped.status, 202) << mapped.body;
  EXPECT_THAT(mapped.body, HasSubstr(R"("State":"Creating")"));
  const std::string one = kMappings + "/" + member(mapped.body, "UUID");
  const RawAnswer updated = client_->exchange(request("PUT " + one, kForLambda, R"({"Enabled":false})"));
  EXPECT_EQ(updated.status, 202) << updated.body;
  EXPECT_THAT(updated.body, HasSubstr(R"("State":"Disabling")"));
  EXPECT_THAT(client_->exchange(request("GET " + one, kForLambda)).body, HasSubstr(R"("State":"Disabled")"));
  const RawAnswer listed =
      client_->exchange(request("GET " + kMappings +
                                    "?FunctionName=arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3A"
                                    "function%3Aaudit",
                                kForLambda));
  EXPECT_THAT(listed.body, HasSubstr(R"("State":"Disabled")"));
  EXPECT_EQ(client_->exchange(request("DELETE " + one, kForLambda)).status, 202);
  EXPECT_EQ(client_->exchange(request("GET " + one, kForLambda)).status, 404);
}

TEST_F(DispatchTest, StopsWithConnectionsOpen) {
  EXPECT_EQ(client_->exchange(request("GET /")).status, 200);
  instance_->stop(std::chrono::seconds{10});
  EXPECT_TRUE(client_->closed_by_server());
}

TEST(Instance, TellsWhyItCannotStart) {
  const SystemClock clock;
  SystemRandom random;
  obs::Log log(obs::Level::kOff);
  config::ServeOptions options;
  options.in_memory = true;
  options.port = 0;
  const auto first = Instance::start(options, kv::open_rocksdb_store, clock, random, log);
  ASSERT_TRUE(first.has_value());
  options.port = (*first)->port();
  const auto second = Instance::start(options, kv::open_rocksdb_store, clock, random, log);
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
}

}  // namespace
}  // namespace stator::server
