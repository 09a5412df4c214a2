// The values that commits not yet durable have given to keys: what a decision sees in place of the store's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kv/local/pending.h"

namespace stator::kv {

// Counters (Batch::add) are not kept here: nothing decides on them.
//
// Thread-safe. That what is looked up of a key still holds when it is used is for the latches of kv/local/latches.h.
class Overlay {
 public:
  // `commit` is null if no pending commit touches the key. `value` points into the commit's batch; none if it was
  // erased.
  struct Found {
    std::shared_ptr<const PendingCommit> commit;
    std::optional<std::string_view> value;
  };

  [[nodiscard]] Found find(std::string_view key) const;
  // In the order of their numbers.
  void add(const std::shared_ptr<const PendingCommit>& commit);
  // Once the store has the commit. Takes away only what no later commit has replaced.
  void remove(const PendingCommit& commit);
  void clear();

 private:
  static constexpr std::size_t kShards = 64;

  // Where in the order of changes something was done: commits by number, the changes of one by their place in it.
  struct Place {
    CommitNumber commit;
    std::size_t change = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Entry {
    std::shared_ptr<const PendingCommit> commit;
    std::optional<std::string_view> value;
    Place place;
  };
  struct ErasedRange {
    std::string_view begin;
    std::string_view end;
    std::shared_ptr<const PendingCommit> commit;
    Place place;
  };
  // The keys point into the batch of the entry's commit.
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string_view, Entry> entries;
  };
  class Adding;

  [[nodiscard]] Shard& shard_of(std::string_view key);
  [[nodiscard]] const Shard& shard_of(std::string_view key) const;
  void set(std::string_view key, Entry entry);
  [[nodiscard]] std::optional<ErasedRange> last_range_over(std::string_view key) const;

  std::array<Shard, kShards> shards_;
  std::atomic<std::size_t> range_count_ = 0;  // of ranges_, so that the common case of none takes no mutex
  mutable std::mutex ranges_mutex_;
  std::vector<ErasedRange> ranges_;  // in the order of their places
};

}  // namespace stator::kv
