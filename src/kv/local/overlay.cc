#include "kv/local/overlay.h"

#include <functional>
#include <ranges>
#include <utility>

namespace stator::kv {

// The ranges are looked at before the entries, and removed after them: whoever still sees an entry that a range has
// erased also sees the range.
Overlay::Found Overlay::find(std::string_view key) const {
  const std::optional<ErasedRange> range = last_range_over(key);
  const Shard& shard = shard_of(key);
  {
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(key);
    if (at != shard.entries.end() && (!range || range->place < at->second.place)) {
      return {at->second.commit, at->second.value};
    }
  }
  if (range) return {range->commit, std::nullopt};
  return {};
}

class Overlay::Adding {
 public:
  Adding(Overlay& overlay, const std::shared_ptr<const PendingCommit>& commit) : overlay_(overlay), commit_(commit) {}
  void put(std::string_view key, std::string_view value) { overlay_.set(key, {commit_, value, next_place()}); }
  void log(std::string_view /*key*/, std::string_view /*value*/) {}
  void erase(std::string_view key) { overlay_.set(key, {commit_, std::nullopt, next_place()}); }
  void erase_range(std::string_view begin, std::string_view end) {
    const std::lock_guard lock(overlay_.ranges_mutex_);
    overlay_.ranges_.push_back({begin, end, commit_, next_place()});
    overlay_.range_count_.store(overlay_.ranges_.size(), std::memory_order_release);
  }
  void add(std::string_view /*key*/, std::span<const std::int64_t> /*deltas*/) {}

 private:
  Place next_place() { return {commit_->number, change_++}; }

  Overlay& overlay_;
  const std::shared_ptr<const PendingCommit>& commit_;
  std::size_t change_ = 0;
};

void Overlay::add(const std::shared_ptr<const PendingCommit>& commit) { commit->batch.for_each(Adding(*this, commit)); }

namespace {

// Calls `visit` with each key that a batch puts or erases.
template <class Visit>
class Keys {
 public:
  explicit Keys(Visit visit) : visit_(std::move(visit)) {}
  void put(std::string_view key, std::string_view /*value*/) { visit_(key); }
  void log(std::string_view /*key*/, std::string_view /*value*/) {}
  void erase(std::string_view key) { visit_(key); }
  void erase_range(std::string_view /*begin*/, std::string_view /*end*/) {}
  void add(std::string_view /*key*/, std::span<const std::int64_t> /*deltas*/) {}

 private:
  Visit visit_;
};

}  // namespace

void Overlay::remove(const PendingCommit& commit) {
  commit.batch.for_each(Keys([&](std::string_view key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(key);
    if (at != shard.entries.end() && at->second.commit.get() == &commit) shard.entries.erase(at);
  }));
  if (range_count_.load(std::memory_order_acquire) == 0) return;
  const std::lock_guard lock(ranges_mutex_);
  std::erase_if(ranges_, [&](const ErasedRange& range) { return range.commit.get() == &commit; });
  range_count_.store(ranges_.size(), std::memory_order_release);
}

void Overlay::clear() {
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    shard.entries.clear();
  }
  const std::lock_guard lock(ranges_mutex_);
  ranges_.clear();
  range_count_.store(0, std::memory_order_release);
}

Overlay::Shard& Overlay::shard_of(std::string_view key) {
  return shards_[std::hash<std::string_view>{}(key) % kShards];
}

const Overlay::Shard& Overlay::shard_of(std::string_view key) const {
  return shards_[std::hash<std::string_view>{}(key) % kShards];
}

void Overlay::set(std::string_view key, Entry entry) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const auto at = shard.entries.find(key);
  if (at == shard.entries.end()) {
    shard.entries.emplace(key, std::move(entry));
    return;
  }
  // The old key points into the old commit's batch, which may go with the old entry.
  auto node = shard.entries.extract(at);
  node.key() = key;
  node.mapped() = std::move(entry);
  shard.entries.insert(std::move(node));
}

std::optional<Overlay::ErasedRange> Overlay::last_range_over(std::string_view key) const {
  if (range_count_.load(std::memory_order_acquire) == 0) return std::nullopt;
  const std::lock_guard lock(ranges_mutex_);
  for (const ErasedRange& range : ranges_ | std::views::reverse) {
    if (range.begin <= key && key < range.end) return range;
  }
  return std::nullopt;
}

}  // namespace stator::kv
