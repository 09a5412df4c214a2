// The requests and answers of Lambda's operations on event source mappings.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "api/create_event_source_mapping.h"
#include "api/delete_event_source_mapping.h"
#include "api/function_name.h"
#include "api/get_event_source_mapping.h"
#include "api/json.h"
#include "api/list_event_source_mappings.h"
#include "api/update_event_source_mapping.h"

namespace stator::api {
namespace {

constexpr std::string_view kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music/stream/2026-11-21T14:53:00.123";

std::string constraint(std::string_view value, std::string_view path, std::string_view text) {
  return fmt::format(
      "ValidationException: 1 validation error detected: Value {} at '{}' failed to satisfy constraint: {}", value,
      path, text);
}
std::string parameter(std::string_view text) { return fmt::format("InvalidParameterValueException: {}", text); }

std::string text_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kValidation:
      return "ValidationException: " + error.message;
    case ErrorCode::kInvalidParameterValue:
      return parameter(error.message);
    case ErrorCode::kSerialization:
      return "SerializationException: " + error.message;
    default:
      return "another error: " + error.message;
  }
}

// What is set, as "name=value".
std::string text_of(const MappingSettings& settings) {
  std::string out;
  const auto show = [&](std::string_view name, const auto& value) {
    if (value) out += fmt::format(" {}={}", name, *value);
  };
  show("function", settings.function_name);
  show("enabled", settings.enabled);
  show("batch", settings.batch_size);
  show("window", settings.batching_window_seconds);
  show("parallel", settings.parallelization_factor);
  show("retries", settings.retry_attempts);
  show("age", settings.record_age_seconds);
  show("bisect", settings.bisect_batch_on_function_error);
  show("report", settings.report_batch_item_failures);
  show("filters", settings.filters);
  show("on_failure", settings.on_failure);
  return out;
}

std::string create(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return text_of(object.error());
  const auto request = CreateEventSourceMapping::decode(*object);
  if (!request) return text_of(request.error());
  EXPECT_EQ(request->stream_arn, kArn);
  return (request->starting_position == model::StartingPosition::kLatest ? "latest" : "oldest") +
         text_of(request->settings);
}

// With what a request needs.
std::string create_with(std::string_view more) {
  return create(fmt::format(R"({{"FunctionName":"f","EventSourceArn":"{}","StartingPosition":"LATEST"{}{}}})", kArn,
                            more.empty() ? "" : ",", more));
}

std::string update(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return text_of(object.error());
  const auto request = UpdateEventSourceMapping::decode(*object, {{"UUID", "u"}});
  if (!request) return text_of(request.error());
  return request->uuid + text_of(request->settings);
}

std::string list(const Parameters& parameters) {
  const auto request = ListEventSourceMappings::decode(*parse_body("{}"), parameters);
  if (!request) return text_of(request.error());
  std::string out = std::to_string(request->limit);
  if (request->event_source) out += " source=" + *request->event_source;
  if (request->function_name) out += " function=" + *request->function_name;
  if (request->after) out += " after=" + request->after->stream_arn + "," + request->after->function_arn;
  return out;
}

TEST(CreateEventSourceMappingTest, TheLeastAndTheMost) {
  EXPECT_EQ(create_with(""), "latest function=f");
  EXPECT_EQ(
      create(fmt::format(R"({{"FunctionName":"f","EventSourceArn":"{}","StartingPosition":"TRIM_HORIZON"}})", kArn)),
      "oldest function=f");
  EXPECT_EQ(create_with(R"("Enabled":false,"BatchSize":10000,"MaximumBatchingWindowInSeconds":300,
                           "ParallelizationFactor":10,"MaximumRecordAgeInSeconds":604800,"MaximumRetryAttempts":10000,
                           "BisectBatchOnFunctionError":true,"FunctionResponseTypes":["ReportBatchItemFailures"],
                           "FilterCriteria":{"Filters":[{"Pattern":"{}"},{}]},
                           "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:s3:::bucket"}},
                           "TumblingWindowInSeconds":0)"),
            "latest function=f enabled=false batch=10000 window=300 parallel=10 retries=10000 age=604800 bisect=true "
            "report=true filters=[\"{}\", \"\"] on_failure=arn:aws:s3:::bucket");
  EXPECT_EQ(create_with(R"("MaximumRecordAgeInSeconds":-1,"MaximumRetryAttempts":-1,"BatchSize":1,
                           "FunctionResponseTypes":[],"FilterCriteria":{},"DestinationConfig":{})"),
            "latest function=f batch=1 retries=-1 age=-1 report=false filters=[] on_failure=");
}

TEST(CreateEventSourceMappingTest, Constraints) {
  const std::string pattern = "Member must satisfy regular expression pattern: ";
  const struct {
    std::string_view more;
    std::string want;
  } rows[] = {
      {R"("BatchSize":0)", constraint("'0'", "batchSize", "Member must have value greater than or equal to 1")},
      {R"("BatchSize":10001)",
       constraint("'10001'", "batchSize", "Member must have value less than or equal to 10000")},
      {R"("MaximumBatchingWindowInSeconds":301)",
       constraint("'301'", "maximumBatchingWindowInSeconds", "Member must have value less than or equal to 300")},
      {R"("ParallelizationFactor":11)",
       constraint("'11'", "parallelizationFactor", "Member must have value less than or equal to 10")},
      {R"("MaximumRecordAgeInSeconds":-2)",
       constraint("'-2'", "maximumRecordAgeInSeconds", "Member must have value greater than or equal to -1")},
      {R"("MaximumRecordAgeInSeconds":604801)",
       constraint("'604801'", "maximumRecordAgeInSeconds", "Member must have value less than or equal to 604800")},
      {R"("MaximumRetryAttempts":10001)",
       constraint("'10001'", "maximumRetryAttempts", "Member must have value less than or equal to 10000")},
      {R"("TumblingWindowInSeconds":901)",
       constraint("'901'", "tumblingWindowInSeconds", "Member must have value less than or equal to 900")},
      {R"("FunctionResponseTypes":["x"])",
       constraint("'[x]'", "functionResponseTypes",
                  "Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]")},
      {R"("FunctionResponseTypes":["ReportBatchItemFailures","ReportBatchItemFailures"])",
       constraint("'[ReportBatchItemFailures, ReportBatchItemFailures]'", "functionResponseTypes",
                  "Member must have length less than or equal to 1")},
      {R"("FunctionName":"a b")", constraint("'a b'", "functionName", pattern + std::string(kFunctionNamePattern))},
      {R"("StartingPosition":"invalid")",
       constraint("'invalid'", "startingPosition",
                  "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]")},
      {R"("BatchSize":0,"ParallelizationFactor":0)",
       "ValidationException: 2 validation errors detected: Value '0' at 'batchSize' failed to satisfy constraint: "
       "Member "
       "must have value greater than or equal to 1; Value '0' at 'parallelizationFactor' failed to satisfy constraint: "
       "Member must have value greater than or equal to 1"},
      {R"("BatchSize":"ten")", "SerializationException: STRING_VALUE cannot be converted to Integer"},
      {R"("FilterCriteria":[])",
       "SerializationException: Unrecognized collection type class com.amazonaws.dynamodb.v20120810.FilterCriteria"},
  };
  for (const auto& row : rows) EXPECT_EQ(create_with(row.more), row.want) << row.more;

  EXPECT_EQ(create("{}"), constraint("null", "functionName", "Member must not be null"));
  const std::string long_pattern(4097, 'p');
  EXPECT_EQ(create_with(fmt::format(R"("FilterCriteria":{{"Filters":[{{}},{{"Pattern":"{}"}}]}})", long_pattern)),
            constraint(fmt::format("'{}'", long_pattern), "filterCriteria.filters.2.member.pattern",
                       "Member must have length less than or equal to 4096"));
  for (const std::string_view bad : {"queue", "arn:aws:sqs", "arn:gcp:sqs:us-east-1:000000000000:q",
                                     "arn:aws:sqs:us-east-1:0000:q", "arn:aws:s.qs:us-east-1:000000000000:q"}) {
    const std::string quoted = fmt::format("'{}'", bad);
    EXPECT_TRUE(create_with(fmt::format(R"("DestinationConfig":{{"OnFailure":{{"Destination":"{}"}}}})", bad))
                    .starts_with(constraint(quoted, "destinationConfig.onFailure.destination", pattern)))
        << bad;
    EXPECT_TRUE(create_with(fmt::format(R"("EventSourceArn":"{}")", bad))
                    .starts_with(constraint(quoted, "eventSourceArn", pattern)))
        << bad;
  }
}

TEST(CreateEventSourceMappingTest, SourcesAndPositions) {
  const auto from = [](std::string_view source, std::string_view position) {
    return create(fmt::format(R"({{"FunctionName":"f"{}{}}})", source, position));
  };
  const std::string good = fmt::format(R"(,"EventSourceArn":"{}")", kArn);
  const std::string unrecognized = parameter("Unrecognized event source.");
  EXPECT_EQ(from("", ""), unrecognized);
  EXPECT_EQ(from(R"(,"EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:q")", ""), unrecognized);
  EXPECT_EQ(from(R"(,"EventSourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music")",
                 R"(,"StartingPosition":"LATEST")"),
            unrecognized);
  EXPECT_EQ(from(good, ""), parameter("1 validation error detected: Value null at 'startingPosition' failed to satisfy "
                                      "constraint: Member must not be null."));
  EXPECT_EQ(from(good, R"(,"StartingPosition":"AT_TIMESTAMP")"),
            parameter(fmt::format("Unsupported starting position for arn type: {}", kArn)));
}

TEST(CreateEventSourceMappingTest, NothingIsAcceptedAndIgnored) {
  const auto other = [](std::string_view name) {
    return parameter(fmt::format("Unsupported {} parameter for given event source mapping type.", name));
  };
  const auto ours = [](std::string_view name) {
    return parameter(fmt::format("Stator does not support {} of event source mappings", name));
  };
  const struct {
    std::string_view more;
    std::string want;
  } rows[] = {
      {R"("Topics":["t"])", other("Topics")},
      {R"("Queues":["q"])", other("Queues")},
      {R"("StartingPositionTimestamp":1)", other("StartingPositionTimestamp")},
      {R"("SourceAccessConfigurations":[{"Type":"BASIC_AUTH"}])", other("SourceAccessConfigurations")},
      {R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a:1"]}})",
       other("SelfManagedEventSource")},
      {R"("SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"g"})", other("SelfManagedKafkaEventSourceConfig")},
      {R"("AmazonManagedKafkaEventSourceConfig":{"ConsumerGroupId":"g"})",
       other("AmazonManagedKafkaEventSourceConfig")},
      {R"("ScalingConfig":{"MaximumConcurrency":2})", other("ScalingConfig")},
      {R"("DocumentDBEventSourceConfig":{"DatabaseName":"d"})", other("DocumentDBEventSourceConfig")},
      {R"("ProvisionedPollerConfig":{"MinimumPollers":1})", other("ProvisionedPollerConfig")},
      {R"("DestinationConfig":{"OnSuccess":{"Destination":"arn:aws:s3:::bucket"}})", other("DestinationConfig")},
      {R"("TumblingWindowInSeconds":1)", ours("TumblingWindowInSeconds")},
      {R"("Tags":{"a":""})", ours("Tags")},
      {R"("KMSKeyArn":"arn:aws:kms:us-east-1:000000000000:key/k")", ours("KMSKeyArn")},
      {R"("MetricsConfig":{"Metrics":["EventCount"]})", ours("MetricsConfig")},
      {R"("LoggingConfig":{"SystemLogLevel":"DEBUG"})", ours("LoggingConfig")},
      {R"("Topics":[],"Queues":null,"Tags":{},"KMSKeyArn":"","MetricsConfig":{"Metrics":[]},"LoggingConfig":{},
          "ScalingConfig":{"MaximumConcurrency":0},"StartingPositionTimestamp":0)",
       "latest function=f"},
  };
  for (const auto& row : rows) EXPECT_EQ(create_with(row.more), row.want) << row.more;
}

TEST(CreateEventSourceMappingTest, RulesBeyondTheModel) {
  for (const int age : {0, 1, 59}) {
    EXPECT_EQ(create_with(fmt::format(R"("MaximumRecordAgeInSeconds":{})", age)),
              parameter("MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)"));
  }
  const auto filters = [](std::size_t count) {
    const std::vector<std::string_view> list(count, R"({"Pattern":"{}"})");
    return fmt::format(R"("FilterCriteria":{{"Filters":[{}]}})", fmt::join(list, ","));
  };
  EXPECT_TRUE(create_with(filters(5)).starts_with("latest"));
  EXPECT_EQ(create_with(filters(6)), parameter("FilterCriteria has 6 filters; the most is 5."));
}

TEST(UpdateEventSourceMappingTest, WhatIsAbsentStays) {
  const struct {
    std::string_view body;
    std::string want;
  } rows[] = {
      {"{}", "u"},
      {R"({"FunctionName":"g:live","Enabled":true})", "u function=g:live enabled=true"},
      {R"({"FilterCriteria":{},"DestinationConfig":{"OnFailure":{}},"FunctionResponseTypes":[]})",
       "u report=false filters=[] on_failure="},
      {R"({"FilterCriteria":{"Filters":[]},"DestinationConfig":{"OnFailure":{"Destination":""}}})",
       "u filters=[] on_failure="},
      {R"({"FilterCriteria":null,"DestinationConfig":null,"FunctionResponseTypes":null,"Enabled":null})", "u"},
      {R"({"BatchSize":0})", constraint("'0'", "batchSize", "Member must have value greater than or equal to 1")},
      {R"({"TumblingWindowInSeconds":30})",
       parameter("Stator does not support TumblingWindowInSeconds of event source mappings")},
      {R"({"MaximumRecordAgeInSeconds":5})",
       parameter("MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)")},
  };
  for (const auto& row : rows) EXPECT_EQ(update(row.body), row.want) << row.body;
}

TEST(ListEventSourceMappingsTest, Parameters) {
  EXPECT_EQ(list({}), "100");
  EXPECT_EQ(list({{"MaxItems", "7"}, {"EventSourceArn", std::string(kArn)}, {"FunctionName", "f"}}),
            fmt::format("7 source={} function=f", kArn));
  EXPECT_EQ(list({{"MaxItems", "10000"}}), "100");
  EXPECT_EQ(list({{"MaxItems", "0"}}),
            constraint("'0'", "maxItems", "Member must have value greater than or equal to 1"));
  EXPECT_EQ(list({{"MaxItems", "10001"}}),
            constraint("'10001'", "maxItems", "Member must have value less than or equal to 10000"));
  for (const char* no_number : {"", "x", "1x", "99999999999999999999"}) {
    EXPECT_EQ(list({{"MaxItems", no_number}}), "SerializationException: STRING_VALUE cannot be converted to Integer");
  }
  for (const char* no_marker : {"", "x", "abcd", "YQ=="}) {
    EXPECT_EQ(list({{"Marker", no_marker}}), parameter("The Marker is none that this operation has answered."));
  }
}

model::EventSourceMapping mapping() {
  model::EventSourceMapping mapping;
  mapping.uuid = "14e0db71-5d35-4eb5-b481-8945cf9d10c2";
  mapping.stream_arn = kArn;
  mapping.function_arn = "arn:f";
  mapping.last_modified = WallTime(std::chrono::milliseconds(1560209851963));
  return mapping;
}

std::string shown(const model::EventSourceMapping& mapping, MappingState state) {
  std::string out;
  append_mapping(out, {.mapping = mapping, .arn = "arn:m", .state = state, .last_result = "OK"});
  return out;
}

TEST(MappingDescriptionTest, HasTheServicesMembers) {
  EXPECT_EQ(
      shown(mapping(), MappingState::kCreating),
      fmt::format(R"({{"BatchSize":100,"BisectBatchOnFunctionError":false,"DestinationConfig":{{"OnFailure":{{}}}},)"
                  R"("EventSourceArn":"{}","EventSourceMappingArn":"arn:m","FunctionArn":"arn:f",)"
                  R"("FunctionResponseTypes":[],"LastModified":1560209851.963,"LastProcessingResult":"OK",)"
                  R"("MaximumBatchingWindowInSeconds":0,"MaximumRecordAgeInSeconds":-1,"MaximumRetryAttempts":-1,)"
                  R"("ParallelizationFactor":1,"StartingPosition":"TRIM_HORIZON","State":"Creating",)"
                  R"("StateTransitionReason":"User action","TumblingWindowInSeconds":0,)"
                  R"("UUID":"14e0db71-5d35-4eb5-b481-8945cf9d10c2"}})",
                  kArn));
  model::EventSourceMapping more = mapping();
  more.filters = {R"({"a":[1]})", "{}"};
  more.on_failure = "arn:d";
  more.report_batch_item_failures = true;
  const std::string text = shown(more, MappingState::kDisabled);
  for (const std::string_view part :
       {R"("DestinationConfig":{"OnFailure":{"Destination":"arn:d"}})",
        R"("FilterCriteria":{"Filters":[{"Pattern":"{\"a\":[1]}"},{"Pattern":"{}"}]})",
        R"("FunctionResponseTypes":["ReportBatchItemFailures"])", R"("State":"Disabled")"}) {
    EXPECT_TRUE(text.contains(part)) << part << " in " << text;
  }
}

TEST(MappingDescriptionTest, AMarkerLeadsBehindTheLast) {
  std::string last_page;
  ListEventSourceMappings::render({}, last_page);
  EXPECT_EQ(last_page, R"({"EventSourceMappings":[]})");
  std::string page;
  const MappingDescription description{.mapping = mapping(), .arn = "arn:m", .last_result = "OK"};
  ListEventSourceMappings::render({.mappings = {description, description}, .more = true}, page);
  const auto object = parse_body(page);
  ASSERT_TRUE(object);
  EXPECT_EQ(simdjson::dom::array((*object)["EventSourceMappings"]).size(), 2U);
  const std::string_view marker = (*object)["NextMarker"];
  EXPECT_EQ(list({{"Marker", std::string(marker)}}), fmt::format("100 after={},arn:f", kArn));
}

}  // namespace
}  // namespace stator::api
