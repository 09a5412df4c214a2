#include "api/get_shard_iterator.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

#include "api/json.h"
#include "api/object_writer.h"
#include "api/rule.h"
#include "api/stream_request.h"

namespace stator::api {
namespace {

constexpr std::size_t kLeastSequenceNumber = 21;
constexpr std::size_t kMostSequenceNumber = 40;
constexpr double kMostSeconds = 9e12;  // what a time can hold

struct Input {
  std::optional<std::string> stream_arn;
  std::optional<std::string> shard_id;
  std::optional<std::string> type;
  std::optional<std::string> sequence_number;
  std::optional<WallTime> timestamp;
};

// Seconds since 1970, with fractions.
Result<void> read_timestamp(Element element, Input& input) {
  double seconds = 0;
  if (element.get(seconds) != simdjson::SUCCESS) {
    return fail(ErrorCode::kSerialization, "Unexpected field type");
  }
  const auto micros = std::llround(std::clamp(seconds, -kMostSeconds, kMostSeconds) * 1e6);
  input.timestamp = WallTime(std::chrono::microseconds(micros));
  return {};
}

constexpr std::array kMembers{member<&Input::stream_arn>("StreamArn"), member<&Input::shard_id>("ShardId"),
                              member<&Input::type>("ShardIteratorType"),
                              member<&Input::sequence_number>("SequenceNumber"),
                              Member<Input>{"Timestamp", read_timestamp}};

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  constraints.not_null(input.stream_arn.has_value(), "streamArn");
  constraints.not_null(input.shard_id.has_value(), "shardId");
  constrain_shard_id(constraints, input.shard_id, "shardId");
  constraints.not_null(input.type.has_value(), "shardIteratorType");
  constraints.one_of(input.type, "shardIteratorType",
                     "[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, AT_TIMESTAMP, TRIM_HORIZON]");
  constraints.length_between(input.sequence_number, "sequenceNumber", kLeastSequenceNumber, kMostSequenceNumber);
  return constraints.result();
}

ShardIteratorType type_of(const Input& input) {
  constexpr std::pair<std::string_view, ShardIteratorType> kNames[] = {
      {"LATEST", ShardIteratorType::kLatest},
      {"AT_SEQUENCE_NUMBER", ShardIteratorType::kAtSequenceNumber},
      {"AFTER_SEQUENCE_NUMBER", ShardIteratorType::kAfterSequenceNumber},
      {"AT_TIMESTAMP", ShardIteratorType::kAtTimestamp},
  };
  for (const auto& [name, type] : kNames) {
    if (input.type == name) return type;
  }
  return ShardIteratorType::kTrimHorizon;
}

bool takes_sequence_number(const Input& input) {
  const ShardIteratorType type = type_of(input);
  return type == ShardIteratorType::kAtSequenceNumber || type == ShardIteratorType::kAfterSequenceNumber;
}

bool has_superfluous_sequence_number(const Input& input) {
  return !takes_sequence_number(input) && input.sequence_number;
}
bool lacks_sequence_number(const Input& input) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return takes_sequence_number(input) &&
         !(input.sequence_number && std::ranges::all_of(*input.sequence_number, is_digit));
}
bool lacks_timestamp(const Input& input) {
  return type_of(input) == ShardIteratorType::kAtTimestamp && !input.timestamp;
}
bool has_superfluous_timestamp(const Input& input) {
  return type_of(input) != ShardIteratorType::kAtTimestamp && input.timestamp;
}

constexpr Rule<Input> kRules[] = {
    {has_superfluous_sequence_number, "SequenceNumber should not be passed for this iterator type"},
    {lacks_sequence_number, "Invalid SequenceNumber"},
    {has_superfluous_timestamp, "Timestamp should not be passed for this iterator type"},
    {lacks_timestamp, "Invalid Timestamp"},
};

}  // namespace

Result<GetShardIterator::Request> GetShardIterator::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_stream_arn(*input.stream_arn));
  TRY(check_rules<Input>(kRules, input));
  return Request{.stream_arn = std::move(*input.stream_arn),
                 .shard_id = std::move(*input.shard_id),
                 .type = type_of(input),
                 .sequence_number = std::move(input.sequence_number).value_or(""),
                 .timestamp = input.timestamp.value_or(WallTime())};
}

void GetShardIterator::render(const Response& response, std::string& out) {
  ObjectWriter object(out);
  object.text("ShardIterator", response.iterator);
  object.finish();
}

}  // namespace stator::api
