#include "lambda/failure_record.h"

#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "api/object_writer.h"
#include "streams/sequence_number.h"

namespace stator::lambda {
namespace {

std::string_view name_of(GivenUp why) {
  switch (why) {
    case GivenUp::kRetriesExhausted:
      return "RetryAttemptsExhausted";
    case GivenUp::kTooOld:
      return "RecordAgeExceeded";
  }
  std::unreachable();
}

// "2019-11-14T00:13:19": Lambda gives its own time milliseconds, and the records' none.
std::string printed(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string printed_with_milliseconds(WallTime time) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto fraction = milliseconds - std::chrono::floor<std::chrono::seconds>(milliseconds);
  return fmt::format("{}.{:03}Z", printed(time), fraction.count());
}

void append_contexts(api::ObjectWriter& object, const FailureRecord& record) {
  api::ObjectWriter request(object.member("requestContext"));
  request.text("requestId", record.request_id);
  request.text("functionArn", record.function_arn);
  request.text("condition", name_of(record.why));
  request.number("approximateInvokeCount", static_cast<std::int64_t>(record.invocations));
  request.finish();
  if (record.invocations == 0) return;
  api::ObjectWriter response(object.member("responseContext"));
  response.number("statusCode", 200);
  response.text("executedVersion", "$LATEST");
  response.member("functionError").append(record.function_failed ? R"("Unhandled")" : "null");
  response.finish();
}

}  // namespace

std::string render(const FailureRecord& record) {
  std::string out;
  api::ObjectWriter object(out);
  append_contexts(object, record);
  object.text("version", "1.0");
  object.text("timestamp", printed_with_milliseconds(record.now));
  api::ObjectWriter batch(object.member("DDBStreamBatchInfo"));
  batch.text("shardId", record.shard_id);
  batch.text("startSequenceNumber", streams::sequence_number(record.first));
  batch.text("endSequenceNumber", streams::sequence_number(record.last));
  batch.text("approximateArrivalOfFirstRecord", printed(record.first_written) + "Z");
  batch.text("approximateArrivalOfLastRecord", printed(record.last_written) + "Z");
  batch.number("batchSize", static_cast<std::int64_t>(record.batch_size));
  batch.text("streamArn", record.stream_arn);
  batch.finish();
  if (record.payload) object.text("payload", *record.payload);
  object.finish();
  return out;
}

}  // namespace stator::lambda
