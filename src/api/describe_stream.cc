#include "api/describe_stream.h"

#include <array>
#include <utility>

#include "api/json.h"
#include "api/object_writer.h"
#include "api/rule.h"
#include "api/stream_request.h"
#include "api/structure_readers.h"
#include "api/table_description.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

constexpr std::int32_t kMostShards = 100;

struct ShardFilterInput {
  std::optional<std::string> type;
  std::optional<std::string> shard_id;
};

struct Input {
  std::optional<std::string> stream_arn;
  std::optional<std::int32_t> limit;
  std::optional<std::string> exclusive_start;
  std::optional<ShardFilterInput> filter;
};

Result<void> read_filter(Element element, Input& input) {
  static constexpr std::array kMembers{member<&ShardFilterInput::type>("Type"),
                                       member<&ShardFilterInput::shard_id>("ShardId")};
  return read_member(element, "ShardFilter", kMembers, input.filter);
}

constexpr std::array kMembers{member<&Input::stream_arn>("StreamArn"), member<&Input::limit>("Limit"),
                              member<&Input::exclusive_start>("ExclusiveStartShardId"),
                              Member<Input>{"ShardFilter", read_filter}};

bool exceeds_limit(const Input& input) { return input.limit > kMostShards; }
bool lacks_part_of_filter(const Input& input) {
  return input.filter && (!input.filter->type || !input.filter->shard_id);
}

constexpr Rule<Input> kRules[] = {
    {exceeds_limit, "Limit cannot be greater than the maximum: 100"},
    {lacks_part_of_filter, "ShardFilter requires both Type and ShardId"},
};

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  constraints.not_null(input.stream_arn.has_value(), "streamArn");
  constraints.at_least(input.limit, "limit", 1);
  constrain_shard_id(constraints, input.exclusive_start, "exclusiveStartShardId");
  if (input.filter) {
    constraints.one_of(input.filter->type, "shardFilter.type", "[CHILD_SHARDS]");
    constrain_shard_id(constraints, input.filter->shard_id, "shardFilter.shardId");
  }
  return constraints.result();
}

std::string_view name_of(StreamStatus status) {
  switch (status) {
    case StreamStatus::kEnabling:
      return "ENABLING";
    case StreamStatus::kEnabled:
      return "ENABLED";
    case StreamStatus::kDisabling:
      return "DISABLING";
    case StreamStatus::kDisabled:
      return "DISABLED";
  }
  std::unreachable();
}

void append_shard(std::string& out, const DescribeStream::Shard& shard) {
  ObjectWriter object(out);
  object.text("ShardId", shard.id);
  ObjectWriter range(object.member("SequenceNumberRange"));
  range.text("StartingSequenceNumber", shard.starting_sequence_number);
  if (shard.ending_sequence_number) range.text("EndingSequenceNumber", *shard.ending_sequence_number);
  range.finish();
  if (shard.parent) object.text("ParentShardId", *shard.parent);
  object.finish();
}

}  // namespace

Result<DescribeStream::Request> DescribeStream::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY(check_constraints(input));
  TRY(check_rules<Input>(kRules, input));
  TRY(check_stream_arn(*input.stream_arn));

  Request request{.stream_arn = std::move(*input.stream_arn)};
  request.exclusive_start = std::move(input.exclusive_start);
  if (input.filter) request.parent = std::move(input.filter->shard_id);
  if (input.limit) request.limit = static_cast<std::size_t>(*input.limit);
  return request;
}

void DescribeStream::render(const Response& response, std::string& out) {
  ObjectWriter object(out);
  ObjectWriter stream(object.member("StreamDescription"));
  stream.text("StreamArn", response.stream_arn);
  stream.text("StreamLabel", model::stream_label(response.created));
  stream.text("StreamStatus", name_of(response.status));
  stream.text("StreamViewType", api::name_of(response.view_type));
  stream.time("CreationRequestDateTime", response.created);
  stream.text("TableName", response.table_name);
  append_key_schema(stream.member("KeySchema"), response.key);
  std::string& list = stream.member("Shards");
  list.push_back('[');
  for (const Shard& shard : response.shards) {
    if (list.back() != '[') list.push_back(',');
    append_shard(list, shard);
  }
  list.push_back(']');
  if (response.more) stream.text("LastEvaluatedShardId", response.shards.back().id);
  stream.finish();
  object.finish();
}

}  // namespace stator::api
