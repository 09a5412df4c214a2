#include "kv/local/local_engine.h"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

#include <boost/container/small_vector.hpp>

#include "base/bytes.h"
#include "kv/open.h"

namespace stator::kv {
namespace {

// The memory of a group's batch is kept for the next one up to this.
constexpr std::size_t kKeptGroupBytes = 4UL << 20;

// Reads each key at most once, since a decision must see one value of it.
class LocalView final : public DecisionView {
 public:
  LocalView(std::span<const std::string> keys, Wait wait, const Overlay& overlay, const Store& store)
      : keys_(keys), wait_(wait), overlay_(overlay), store_(store), slots_(keys.size()) {}

  Result<std::optional<std::string_view>> get(std::size_t i) const override {
    Slot& slot = slots_[i];
    if (!slot.is_read) TRY(read(keys_[i], slot));
    return slot.value;
  }

  Result<std::optional<std::string_view>> peek(std::string_view key) const override {
    Slot& slot = peeked_.emplace_back();
    TRY(read(key, slot));
    return slot.value;
  }

  // A ticket for all pending values that have been seen.
  [[nodiscard]] Ticket ticket() const {
    const PendingCommit* last = nullptr;
    const auto consider = [&](const Slot& slot) {
      if (slot.pending && (last == nullptr || last->number < slot.pending->number)) last = slot.pending.get();
    };
    for (const Slot& slot : slots_) consider(slot);
    for (const Slot& slot : peeked_) consider(slot);
    return last == nullptr ? Ticket() : Ticket(last->group);
  }

 private:
  struct Slot {
    bool is_read = false;
    std::optional<std::string_view> value;         // in pending or stored
    std::shared_ptr<const PendingCommit> pending;  // null if it is the store's value
    std::string stored;
  };

  Result<void> read(std::string_view key, Slot& slot) const {
    // The store has a commit before the overlay lets go of it.
    Overlay::Found found = overlay_.find(key);
    if (found.commit) {
      slot.pending = std::move(found.commit);
      slot.value = found.value;
    } else {
      TRY_ASSIGN(const bool present, store_.get(key, wait_, slot.stored));
      if (present) slot.value = slot.stored;
    }
    slot.is_read = true;
    return {};
  }

  std::span<const std::string> keys_;
  Wait wait_;
  const Overlay& overlay_;
  const Store& store_;
  mutable boost::container::small_vector<Slot, 2> slots_;
  mutable std::list<Slot> peeked_;
};

}  // namespace

LocalEngine::LocalEngine(std::unique_ptr<Store> store, const Clock& clock, CommitNumber last, EngineLimits limits)
    : store_(std::move(store)),
      clock_(clock),
      latches_(clock, limits.patience),
      queue_(last, limits.queue, overlay_),
      counters_(*store_),
      last_durable_(last.value),
      committer_([this] { run(); }) {}

LocalEngine::~LocalEngine() { LocalEngine::close(); }

Result<bool> LocalEngine::get(std::string_view key, Wait wait, std::string& value) const {
  return store_->get(key, wait, value);
}

std::unique_ptr<Cursor> LocalEngine::scan(const Range& range, Direction direction, Wait wait) const {
  return store_->scan(range, direction, wait);
}

std::unique_ptr<Reader> LocalEngine::snapshot() const { return store_->snapshot(); }

Result<Ticket> LocalEngine::commit(std::span<const std::string> keys, Wait wait, const Decision& decide) {
  TRY(queue_.await_room(wait));
  Latches::Hold hold;
  TRY(latches_.take(keys, wait, hold));
  return decide_and_join(keys, wait, decide);
}

Result<Ticket> LocalEngine::commit_alone(std::span<const std::string> keys, const Decision& decide) {
  TRY(queue_.await_room(Wait::kAllowed));
  Latches::Hold hold;
  latches_.take_all(hold);
  return decide_and_join(keys, Wait::kAllowed, decide);
}

Result<Ticket> LocalEngine::decide_and_join(std::span<const std::string> keys, Wait wait, const Decision& decide) {
  const LocalView view(keys, wait, overlay_, *store_);
  Batch batch;
  TRY_ASSIGN(const Verdict verdict, decide(view, batch));
  if (verdict == Verdict::kAbandon || batch.empty()) return view.ticket();
  return queue_.join(std::move(batch));
}

CommitNumber LocalEngine::last_durable() const { return {last_durable_.load(std::memory_order_acquire)}; }

EngineStats LocalEngine::stats() const {
  const StoreSizes sizes = store_->sizes();
  return {.commits = commits_.load(std::memory_order_relaxed),
          .groups = groups_.load(std::memory_order_relaxed),
          .sync_micros = sync_micros_.load(std::memory_order_relaxed),
          .last_sync_micros = last_sync_micros_.load(std::memory_order_relaxed),
          .failed_groups = failed_groups_.load(std::memory_order_relaxed),
          .disk_bytes = sizes.disk_bytes,
          .memory_bytes = sizes.memory_bytes};
}

void LocalEngine::close() {
  std::call_once(closed_, [this] {
    queue_.close();
    committer_.join();
  });
}

void LocalEngine::run() {
  const auto last_write = [this] {
    return std::chrono::microseconds(last_sync_micros_.load(std::memory_order_relaxed));
  };
  // A group's memory is given back before the wait for the next one, and not under the queue's mutex.
  for (CommitQueue::Taken taken; queue_.take(taken, last_write()); taken = {}) {
    if (const Result<void> outcome = write(taken)) {
      succeed(taken);
    } else {
      fail_all(taken, outcome);
    }
  }
}

Result<void> LocalEngine::write(const CommitQueue::Taken& taken) {
  if (group_.bytes() > kKeptGroupBytes) group_ = {};
  group_.clear();
  for (const auto& commit : taken.commits) TRY(counters_.fold(commit->batch, group_));
  counters_.finish_group(group_);
  std::string last;
  append_big_endian(last, taken.commits.back()->number.value);
  group_.put(kLastCommitKey, last);

  const MonotonicTime begun = clock_.monotonic();
  TRY(store_->write(group_));
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock_.monotonic() - begun).count();
  last_sync_micros_.store(static_cast<std::uint64_t>(took), std::memory_order_relaxed);
  sync_micros_.fetch_add(static_cast<std::uint64_t>(took), std::memory_order_relaxed);
  return {};
}

void LocalEngine::succeed(const CommitQueue::Taken& taken) {
  for (const auto& commit : taken.commits) overlay_.remove(*commit);
  last_durable_.store(taken.commits.back()->number.value, std::memory_order_release);
  commits_.fetch_add(taken.commits.size(), std::memory_order_relaxed);
  groups_.fetch_add(1, std::memory_order_relaxed);
  queue_.release(taken);
  taken.group->finish({});
  tell_of_log(taken);
}

void LocalEngine::on_log(LogListener listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void LocalEngine::tell_of_log(const CommitQueue::Taken& taken) {
  if (std::ranges::none_of(taken.commits, [](const auto& commit) { return commit->batch.has_log(); })) return;
  const std::lock_guard lock(listener_mutex_);
  if (!listener_) return;
  for (const auto& commit : taken.commits) commit->batch.for_each_log(listener_);
}

void LocalEngine::fail_all(const CommitQueue::Taken& taken, const Result<void>& outcome) {
  CommitQueue::Taken rest;
  {
    // With every latch held, all that have seen a value of the overlay have joined, or wait on one of the two groups.
    Latches::Hold hold;
    latches_.take_all(hold);
    rest = queue_.take_rest();
    overlay_.clear();
  }
  counters_.forget();
  failed_groups_.fetch_add(1, std::memory_order_relaxed);
  queue_.release(taken);
  queue_.release(rest);
  taken.group->finish(outcome);
  rest.group->finish(outcome);
}

Result<std::unique_ptr<Engine>> make_local_engine(std::unique_ptr<Store> store, const Clock& clock,
                                                  std::chrono::milliseconds patience) {
  std::string stored;
  TRY_ASSIGN(const bool present, store->get(kLastCommitKey, Wait::kAllowed, stored));
  CommitNumber last;
  if (present) {
    if (stored.size() != sizeof last.value) {
      return fail(ErrorCode::kCorruption, "The record of the last commit's number is not eight bytes long.");
    }
    last.value = load_big_endian<std::uint64_t>(stored);
  }
  return std::make_unique<LocalEngine>(std::move(store), clock, last, EngineLimits{.queue = {}, .patience = patience});
}

}  // namespace stator::kv
