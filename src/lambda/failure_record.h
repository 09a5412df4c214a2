// What a mapping's OnFailure destination is told of records that are given up.
// Source: docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "codec/keys.h"

namespace stator::lambda {

enum class GivenUp : std::uint8_t { kRetriesExhausted, kTooOld };

struct FailureRecord {
  std::string request_id;
  std::string function_arn;
  GivenUp why = GivenUp::kRetriesExhausted;
  std::uint64_t invocations = 0;  // of the batch: 0 if it has become too old without one
  bool function_failed = true;    // not so if it has only answered which records failed
  WallTime now{};
  std::string shard_id;
  std::string stream_arn;
  codec::LogPosition first;
  codec::LogPosition last;
  WallTime first_written{};
  WallTime last_written{};
  std::uint64_t batch_size = 0;
  std::optional<std::string> payload;  // the event itself; of buckets only
};

[[nodiscard]] std::string render(const FailureRecord& record);

}  // namespace stator::lambda
