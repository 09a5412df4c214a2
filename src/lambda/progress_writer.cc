#include "lambda/progress_writer.h"

#include <chrono>
#include <utility>

#include "kv/ticket.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kBetweenWrites = 100ms;

}  // namespace

bool ProgressWriter::is_finished(ShardNumber shard) const {
  const auto at = checkpoints_.find(shard);
  return at != checkpoints_.end() && at->second.is_finished;
}

void ProgressWriter::set(ShardNumber shard, const storage::Checkpoint& checkpoint) {
  const auto [at, is_new] = checkpoints_.try_emplace(shard, checkpoint);
  if (!is_new && at->second == checkpoint) return;
  at->second = checkpoint;
  new_.shards.insert(shard);
}

void ProgressWriter::erase(ShardNumber shard) {
  if (checkpoints_.erase(shard) > 0) new_.shards.insert(shard);
}

void ProgressWriter::set_result(storage::ProcessingResult result) {
  if (result == storage::ProcessingResult::kNone || result == last_result_) return;
  last_result_ = result;
  new_.result = true;
}

bool ProgressWriter::settle() {
  if (!on_its_way_) return true;
  const Fate fate = on_its_way_->fate->load(std::memory_order_acquire);
  if (fate == Fate::kPending) return false;
  if (fate == Fate::kFailed) put_back(std::move(on_its_way_->what));
  on_its_way_.reset();
  return true;
}

void ProgressWriter::put_back(New what) {
  new_.shards.merge(what.shards);
  new_.result = new_.result || what.result;
}

MonotonicTime ProgressWriter::write(storage::Storage& storage, const model::EventSourceMapping& mapping,
                                    MonotonicTime now, RareLog& log) {
  const bool is_settled = settle();
  if (new_.is_empty() && is_settled) return MonotonicTime::max();
  if (!is_settled) not_before_ = std::max(not_before_, now + kBetweenWrites);
  if (now < not_before_) return not_before_;
  not_before_ = now + kBetweenWrites;

  storage::Session session{.storage = storage};
  New what = std::exchange(new_, {});
  if (const auto committed = commit(session, mapping, what); !committed) {
    put_back(std::move(what));
    log.warn("how far a trigger has come cannot be written", mapping.uuid,
             {{"mapping", mapping.uuid}, {"cause", committed.error().message}});
    return not_before_;
  }
  // A mapping that is gone has nothing to write.
  if (session.tickets.empty()) return MonotonicTime::max();
  auto fate = std::make_shared<std::atomic<Fate>>(Fate::kPending);
  on_its_way_ = {.what = std::move(what), .fate = fate};
  session.tickets.back().then([fate](const Result<void>& outcome) {
    fate->store(outcome ? Fate::kWritten : Fate::kFailed, std::memory_order_release);
  });
  return not_before_;
}

Result<void> ProgressWriter::flush(storage::Session& session, const model::EventSourceMapping& mapping) {
  // Whatever is on its way: it is written again behind it.
  if (on_its_way_) put_back(std::move(on_its_way_->what));
  on_its_way_.reset();
  if (new_.is_empty()) return {};
  return commit(session, mapping, std::exchange(new_, {}));
}

Result<void> ProgressWriter::commit(storage::Session& session, const model::EventSourceMapping& mapping,
                                    const New& what) const {
  storage::Progress progress;
  for (const ShardNumber shard : what.shards) {
    const auto at = checkpoints_.find(shard);
    progress.checkpoints[shard] = at == checkpoints_.end() ? std::nullopt : std::optional(at->second);
  }
  if (what.result) progress.last_result = last_result_;
  return storage::write_progress(session, mapping, progress);
}

}  // namespace stator::lambda
