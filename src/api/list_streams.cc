#include "api/list_streams.h"

#include <array>
#include <cstdint>
#include <utility>

#include "api/json.h"
#include "api/object_writer.h"
#include "api/rule.h"
#include "api/stream_request.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

constexpr std::int32_t kMostStreams = 100;
constexpr std::size_t kLeastArn = 37;
constexpr std::size_t kMostArn = 1024;

struct Input {
  std::optional<std::string> table_name;
  std::optional<std::string> exclusive_start;
  std::optional<std::int32_t> limit;
};

constexpr std::array kMembers{member<&Input::table_name>("TableName"),
                              member<&Input::exclusive_start>("ExclusiveStartStreamArn"),
                              member<&Input::limit>("Limit")};

bool exceeds_limit(const Input& input) { return input.limit > kMostStreams; }

constexpr Rule<Input> kRules[] = {{exceeds_limit, "Limit cannot be greater than the maximum allowed size: 100"}};

}  // namespace

Result<ListStreams::Request> ListStreams::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  if (input.table_name && is_arn(*input.table_name)) TRY(decode_table_name(input.table_name));

  Constraints constraints;
  if (input.table_name && !is_arn(*input.table_name)) {
    if (!input.table_name->empty()) constraints.name_pattern(input.table_name, "tableName");
    constraints.length_between(input.table_name, "tableName", kLeastTableName, kMostTableName);
  }
  constraints.at_least(input.limit, "limit", 1);
  constraints.length_between(input.exclusive_start, "exclusiveStartStreamArn", kLeastArn, kMostArn);
  TRY(constraints.result());
  TRY(check_rules<Input>(kRules, input));
  if (input.exclusive_start) TRY(check_stream_arn(*input.exclusive_start));

  Request request;
  request.table_name = std::move(input.table_name);
  request.exclusive_start = std::move(input.exclusive_start);
  if (input.limit) request.limit = static_cast<std::size_t>(*input.limit);
  return request;
}

void ListStreams::render(const Response& response, std::string& out) {
  ObjectWriter object(out);
  std::string& list = object.member("Streams");
  list.push_back('[');
  for (const Stream& stream : response.streams) {
    if (list.back() != '[') list.push_back(',');
    ObjectWriter entry(list);
    entry.text("StreamArn", stream.arn);
    entry.text("TableName", stream.table_name);
    entry.text("StreamLabel", stream.label);
    entry.finish();
  }
  list.push_back(']');
  if (response.more) object.text("LastEvaluatedStreamArn", response.streams.back().arn);
  object.finish();
}

}  // namespace stator::api
