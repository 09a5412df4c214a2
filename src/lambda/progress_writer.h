// How far a mapping has come, and when it is written down: now and then, without waiting for the disk. What is done
// twice after a crash is done at least once.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "lambda/rare_log.h"
#include "model/event_source_mapping.h"
#include "storage/event_source_mappings.h"

namespace stator::lambda {

// Not thread-safe.
class ProgressWriter {
 public:
  using Checkpoints = std::map<ShardNumber, storage::Checkpoint>;
  // As they are stored.
  ProgressWriter(Checkpoints checkpoints, storage::ProcessingResult last_result)
      : checkpoints_(std::move(checkpoints)), last_result_(last_result) {}

  [[nodiscard]] const Checkpoints& checkpoints() const { return checkpoints_; }
  [[nodiscard]] bool is_finished(ShardNumber shard) const;
  void set(ShardNumber shard, const storage::Checkpoint& checkpoint);
  void erase(ShardNumber shard);
  // kNone leaves it as it is.
  void set_result(storage::ProcessingResult result);

  // Writes what is new if it is time to; what fails is logged, and tried again. Answers when it will be time; max():
  // nothing is new.
  MonotonicTime write(storage::Storage& storage, const model::EventSourceMapping& mapping, MonotonicTime now,
                      RareLog& log);
  // Writes what is new: durable once the session's tickets are.
  Result<void> flush(storage::Session& session, const model::EventSourceMapping& mapping);

 private:
  struct New {
    std::set<ShardNumber> shards;
    bool result = false;

    [[nodiscard]] bool is_empty() const { return shards.empty() && !result; }
  };
  enum class Fate : std::uint8_t { kPending, kWritten, kFailed };
  struct OnItsWay {
    New what;
    std::shared_ptr<std::atomic<Fate>> fate;
  };

  // True if nothing is on its way any more.
  bool settle();
  void put_back(New what);
  Result<void> commit(storage::Session& session, const model::EventSourceMapping& mapping, const New& what) const;

  Checkpoints checkpoints_;
  storage::ProcessingResult last_result_;
  New new_;
  std::optional<OnItsWay> on_its_way_;
  MonotonicTime not_before_ = MonotonicTime::min();
};

}  // namespace stator::lambda
