// How a batch gets into a MemoryStore, and what it replaces out of it.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "kv/memory/memory_store.h"

namespace stator::kv {

// Holds the store's write lock, and lets go of it for a moment after each piece. One at a time per store.
class MemoryStore::Writing {
 public:
  explicit Writing(MemoryStore& store);

  // A visitor of the batch.
  void put(std::string_view key, std::string_view value);
  void log(std::string_view key, std::string_view value) { put(key, value); }
  void erase(std::string_view key);
  void erase_range(std::string_view begin, std::string_view end);
  void add(std::string_view /*key*/, std::span<const std::int64_t> /*deltas*/) {}

  // Makes it all visible.
  void publish();
  // Frees the values that no reader can ask for any more.
  void collect();

 private:
  void replace(Map::iterator at, std::optional<std::string_view> bytes);
  // Frees the values of `at` that are not pinned, and the key with the last of them.
  void trim(Map::iterator at, const std::vector<Version>& pins);
  void lock();
  // After each step of the work.
  void breathe();
  void count(std::int64_t bytes) {
    store_.bytes_.fetch_add(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
  }

  MemoryStore& store_;
  const Version version_;
  std::unique_lock<std::shared_mutex> lock_;
  std::size_t steps_ = 0;
  std::vector<Map::iterator> replaced_;  // each once
};

}  // namespace stator::kv
