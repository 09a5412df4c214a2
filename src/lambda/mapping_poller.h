// Serves one event source mapping: reads the shards of its stream, parents before their children, calls the function,
// and remembers how far it has come. A mapping that was changed is served anew from where it stands, once the calls
// that have begun are over.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kv/engine.h"
#include "lambda/mapping_runtime.h"
#include "lambda/progress_writer.h"
#include "lambda/shard_reader.h"
#include "model/event_source_mapping.h"
#include "storage/streams.h"

namespace stator::lambda {

// Not thread-safe. The services outlive it.
class MappingPoller {
 public:
  // `number`: by which calls know it, of its own.
  static Result<std::unique_ptr<MappingPoller>> make(TriggerServices& services, std::uint64_t number,
                                                     model::EventSourceMapping mapping);

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] const std::string& uuid() const { return mapping_.uuid; }
  // The mapping as it is stored now.
  void set_mapping(const model::EventSourceMapping& mapping);
  // The stream may have other shards, or open ones have been closed.
  void note_stream() { is_stream_new_ = true; }
  // The stream may have new changes.
  void note_changes();

  // What state to read, not older than what was noted.
  using State = std::function<const kv::Reader&()>;
  // Does what there is to do now. Answers when there may be more.
  MonotonicTime step(const State& state);
  void finish(const CallerId& caller, const InvocationOutcome& outcome);
  // Calls that have not begun never will.
  void take_back_calls();

  // The table whose new changes are of interest; none if none are.
  [[nodiscard]] std::optional<TableNumber> followed_table() const;
  // Writes down how far it has come: durable once the session's tickets are.
  Result<void> flush(storage::Session& session);

 private:
  MappingPoller(TriggerServices& services, std::uint64_t number, model::EventSourceMapping mapping,
                ProgressWriter progress)
      : services_(services), number_(number), mapping_(std::move(mapping)), progress_(std::move(progress)) {}

  [[nodiscard]] bool is_calling() const;
  void collect_progress();
  // Begins to serve what set_mapping() has said.
  void adopt();
  Result<MonotonicTime> serve(const State& state);
  Result<void> look_at_stream(const kv::Reader& state);
  Result<void> make_runtime(const codec::StreamRecord& stream);
  // Of the shards whose parents are done with.
  void open_readers();
  void open_reader(const storage::StoredShard& shard);
  [[nodiscard]] bool is_done(ShardNumber shard) const;
  [[nodiscard]] bool has_shard(ShardNumber shard) const;
  // True if there were any.
  bool drop_finished_readers();

  TriggerServices& services_;
  const std::uint64_t number_;
  model::EventSourceMapping mapping_;
  std::optional<model::EventSourceMapping> next_mapping_;
  ProgressWriter progress_;
  bool is_stream_new_ = true;
  std::vector<storage::StoredShard> shards_;  // when they were looked at last
  std::unique_ptr<MappingRuntime> runtime_;   // null: there is nothing to read
  std::map<ShardNumber, ShardReader> readers_;
  ShardNumber first_reader_;                         // whose turn it is
  MonotonicTime not_before_ = MonotonicTime::min();  // after a failure
};

}  // namespace stator::lambda
