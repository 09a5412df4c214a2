// A Store that keeps nothing: an ordered map with as many versions of each value as its readers need.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kv/store.h"

namespace stator::kv {

// A batch is applied piece by piece under a version that no reader asks for yet, and then published at once: neither
// side ever waits for the other longer than a small piece takes.
class MemoryStore final : public Store {
 public:
  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override;
  [[nodiscard]] std::unique_ptr<Reader> snapshot() const override;
  Result<void> write(const Batch& batch) override;
  [[nodiscard]] StoreSizes sizes() const override;

 private:
  using Version = std::uint64_t;

  // One value of a key, or its absence, from a version on.
  struct Value {
    Version since = 0;
    std::optional<std::string> bytes;
    std::unique_ptr<Value> older;
  };
  struct Versions {
    Value newest;
    bool is_crowded = false;  // is in crowded_
  };
  using Map = std::map<std::string, Versions, std::less<>>;

  // A version that must stay readable.
  class Pin {
   public:
    explicit Pin(const MemoryStore& store);
    ~Pin();
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    [[nodiscard]] Version version() const { return version_; }

   private:
    const MemoryStore& store_;
    Version version_;
  };
  struct Entry {
    std::string key;
    std::string value;
  };
  class MemorySnapshot;
  class MemoryCursor;
  class Writing;

  // A writer that waits keeps new readers out, else a stream of them could starve it.
  [[nodiscard]] std::shared_lock<std::shared_mutex> lock_to_read() const;

  // No version: the one published last.
  Result<bool> get_at(std::optional<Version> version, std::string_view key, std::string& value) const;
  // Fills `entries` with the first of `range` at `version`, at most `limit`, and takes what has been walked off
  // `range`; with none at the end of it, else maybe also with none.
  void fetch(Version version, Direction direction, std::size_t limit, Range& range, std::vector<Entry>& entries) const;
  [[nodiscard]] static const std::string* value_at(const Value& newest, Version version);

  mutable std::mutex turnstile_;  // held by a writer that waits for mutex_
  std::atomic<bool> writer_waits_ = false;
  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  Map map_;

  std::atomic<Version> published_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;

  mutable std::mutex pins_mutex_;
  mutable std::multiset<Version> pins_;  // guarded by pins_mutex_

  // Keys with values that a pin kept alive when the version of that number was written, in rising order. Only write()
  // touches it.
  struct Crowded {
    Version at;
    Map::iterator key;
  };
  std::deque<Crowded> crowded_;
};

}  // namespace stator::kv
