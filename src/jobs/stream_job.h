// The background job of streams: shards that have lived long enough, or that a partition's split has overtaken, are
// closed and followed by their children; what is older than a stream promises is trimmed. Source:
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html, "Reading and processing a stream".
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/table.h"
#include "obs/log.h"
#include "storage/storage.h"

namespace stator::jobs {

struct StreamStats {
  std::uint64_t shards_rolled = 0;
  std::uint64_t changes_trimmed = 0;
};

// step() by one thread, stats() by any.
class StreamJob {
 public:
  struct Dependencies {
    storage::Storage& storage;
    const Clock& clock;
    obs::Log& log;
    std::chrono::milliseconds shard_life;
  };
  explicit StreamJob(Dependencies dependencies) : with_(dependencies) {}

  // Answers how long to rest before the next step.
  std::chrono::microseconds step();

  [[nodiscard]] StreamStats stats() const {
    return {.shards_rolled = shards_rolled_.load(std::memory_order_relaxed),
            .changes_trimmed = changes_trimmed_.load(std::memory_order_relaxed)};
  }

 private:
  // Until the next shard is old enough; how long that is.
  std::chrono::microseconds roll_shards();
  Result<void> roll(const model::Table& table);
  // True if there is more to trim.
  bool trim();

  Dependencies with_;
  MonotonicTime next_trim_{};
  std::atomic<std::uint64_t> shards_rolled_{0};
  std::atomic<std::uint64_t> changes_trimmed_{0};
};

// The open shards that a table with a stream is to have: those that it has, but for one of `roll_before` or earlier, or
// one that holds more than one partition, whose place its children take. Children have no number yet.
[[nodiscard]] std::vector<model::Shard> next_shards(const model::Table& table, WallTime roll_before);

}  // namespace stator::jobs
