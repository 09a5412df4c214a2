#include "api/get_records.h"

#include <array>
#include <cstdint>
#include <utility>

#include "api/attribute_value.h"
#include "api/constraints.h"
#include "api/json.h"
#include "api/object_writer.h"
#include "api/rule.h"

namespace stator::api {
namespace {

constexpr std::int32_t kMostRecords = 1000;
constexpr std::size_t kMostIterator = 2048;
constexpr std::size_t kAroundAnEvent = 400;  // what is always there of one

struct Input {
  std::optional<std::string> iterator;
  std::optional<std::int32_t> limit;
};

constexpr std::array kMembers{member<&Input::iterator>("ShardIterator"), member<&Input::limit>("Limit")};

bool exceeds_limit(const Input& input) { return input.limit > kMostRecords; }

constexpr Rule<Input> kRules[] = {{exceeds_limit, "Limit should be less than or equal to 1000"}};

}  // namespace

Result<GetRecords::Request> GetRecords::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  Constraints constraints;
  constraints.not_null(input.iterator.has_value(), "shardIterator");
  constraints.length_between(input.iterator, "shardIterator", 1, kMostIterator);
  constraints.at_least(input.limit, "limit", 1);
  TRY(constraints.result());
  TRY(check_rules<Input>(kRules, input));

  Request request{.iterator = std::move(*input.iterator)};
  if (input.limit) request.limit = static_cast<std::size_t>(*input.limit);
  return request;
}

void GetRecords::render(const Response& response, std::string& out) {
  std::size_t size = kAroundAnEvent;
  for (const StreamEvent& event : response.events) {
    size +=
        kAroundAnEvent + rendered_size(event.keys) + rendered_size(event.new_image) + rendered_size(event.old_image);
  }
  out.reserve(out.size() + size);
  ObjectWriter object(out);
  std::string& list = object.member("Records");
  list.push_back('[');
  for (const StreamEvent& event : response.events) {
    if (list.back() != '[') list.push_back(',');
    append_stream_event(list, event);
  }
  list.push_back(']');
  if (response.next_iterator) object.text("NextShardIterator", *response.next_iterator);
  object.finish();
}

}  // namespace stator::api
