// Event source mappings: which function is called with the records of which stream, and how. Plain data.
// Source: docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace stator::model {

// Where a mapping begins to read shards that it has not read yet.
enum class StartingPosition : std::uint8_t { kTrimHorizon, kLatest };

// No end of retries, or of a record's age.
inline constexpr std::int32_t kForever = -1;

struct EventSourceMapping {
  std::string uuid;
  std::string region;      // in which clients see it
  std::string stream_arn;  // with function_arn: one of its own for each mapping
  std::string function_arn;

  StartingPosition starting_position = StartingPosition::kTrimHorizon;
  CommitNumber after;  // nothing of this commit, or of earlier ones, is delivered

  bool enabled = true;
  std::int32_t batch_size = 100;             // records, after filtering
  std::int32_t batching_window_seconds = 0;  // how long to wait for a full batch
  std::int32_t parallelization_factor = 1;   // batches of a shard under way at a time
  std::int32_t retry_attempts = kForever;
  std::int32_t record_age_seconds = kForever;  // of records that are still delivered
  bool bisect_batch_on_function_error = false;
  bool report_batch_item_failures = false;
  std::vector<std::string> filters;  // patterns, of which a record matches one; none: all records
  std::string on_failure;            // ARN of the destination of what is given up; empty: none

  WallTime last_modified{};
  std::string trigger;  // its name in the config file that declares it; empty: clients made it
  friend bool operator==(const EventSourceMapping&, const EventSourceMapping&) = default;
};

}  // namespace stator::model
