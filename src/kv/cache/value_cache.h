// Values of a store that were read, each under its key, for as long as there is room: the least lately used go first.
//
// Writes are told before and after, and a value is not handed out in between. Otherwise one reader could get it after
// another has found its successor in the store.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kv/batch.h"

namespace stator::kv {

// Thread-safe; begin_write() and end_write() are called by one thread at a time.
class ValueCache {
 public:
  // `bytes`: what it takes at most, about.
  explicit ValueCache(std::size_t bytes);

  // When a key was looked up. What is read from the store afterwards can be kept if no write was under way then, and
  // none has begun since.
  struct Moment {
    bool is_quiet = false;
    std::uint64_t key_writes = 0;
    std::uint64_t range_writes = 0;
  };

  // Copies the value, if it is known. Else the caller reads the store and may keep() what is there.
  [[nodiscard]] bool find(std::string_view key, std::string& value, Moment& moment);
  void keep(std::string_view key, std::string_view value, const Moment& moment);

  // Around a write of `batch` to the store. `is_written`: whether it has succeeded; else its keys are read anew.
  void begin_write(const Batch& batch);
  void end_write(const Batch& batch, bool is_written);

  // What it takes now, about.
  [[nodiscard]] std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kStripes = 64;
  static constexpr std::size_t kGuards = 64;  // of a stripe; keys that share one only miss more often

  struct Entry {
    std::string key;
    std::string value;
    bool is_used = false;  // since it was last considered for eviction
  };
  // How many writes of its keys have begun, and ended.
  struct Guard {
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
  };
  struct Stripe {
    std::mutex mutex;
    // Guarded by mutex.
    std::list<Entry> entries;  // in the order in which they are considered for eviction
    std::unordered_map<std::string_view, std::list<Entry>::iterator> places;
    std::array<Guard, kGuards> guards;
    std::size_t bytes = 0;
  };
  class Beginning;
  class Ending;

  // A key's stripe and its guard there.
  struct Place {
    Stripe& stripe;
    Guard& guard;
  };
  [[nodiscard]] Place place_of(std::string_view key);
  [[nodiscard]] bool has_place_for(std::string_view key, std::string_view value) const;
  // The caller holds the stripe's mutex.
  void count(Stripe& stripe, std::size_t added, std::size_t removed);
  void make_room(Stripe& stripe);
  std::list<Entry>::iterator drop(Stripe& stripe, std::list<Entry>::iterator entry);

  void drop_range(std::string_view begin, std::string_view end);

  const std::size_t stripe_bytes_;
  std::unique_ptr<std::array<Stripe, kStripes>> stripes_;
  // Writes of ranges, which any key may be in.
  std::atomic<std::uint64_t> ranges_begun_ = 0;
  std::atomic<std::uint64_t> ranges_ended_ = 0;
  std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace stator::kv
