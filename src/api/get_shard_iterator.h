// GetShardIterator. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/json_object.h"
#include "base/clock.h"
#include "base/result.h"

namespace stator::api {

enum class ShardIteratorType : std::uint8_t {
  kTrimHorizon,
  kLatest,
  kAtSequenceNumber,
  kAfterSequenceNumber,
  kAtTimestamp,
};

struct GetShardIterator {
  // What the type takes, a sequence number of digits or a time, is there, and nothing else.
  struct Request {
    std::string stream_arn;  // of the form of one
    std::string shard_id;
    ShardIteratorType type = ShardIteratorType::kTrimHorizon;
    std::string sequence_number = {};
    WallTime timestamp{};
  };
  struct Response {
    std::string iterator;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
