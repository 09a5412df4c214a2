// DescribeStream. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/json_object.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/stream.h"
#include "model/table.h"

namespace stator::api {

enum class StreamStatus : std::uint8_t { kEnabling, kEnabled, kDisabling, kDisabled };

struct DescribeStream {
  struct Request {
    std::string stream_arn;  // of the form of one
    std::optional<std::string> exclusive_start = {};
    std::optional<std::string> parent = {};  // only its children
    std::size_t limit = 100;
  };
  struct Shard {
    std::string id;
    std::string starting_sequence_number;
    std::optional<std::string> ending_sequence_number;
    std::optional<std::string> parent;
  };
  struct Response {
    std::string stream_arn;
    StreamStatus status = StreamStatus::kEnabled;
    model::StreamViewType view_type = model::StreamViewType::kKeysOnly;
    WallTime created{};
    std::string table_name;
    model::KeySchema key;
    std::vector<Shard> shards;
    bool more = false;  // there are shards after the last of `shards`
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
