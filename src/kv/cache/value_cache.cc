#include "kv/cache/value_cache.h"

#include <functional>
#include <iterator>

namespace stator::kv {
namespace {

// What an entry takes beside its bytes, about.
constexpr std::size_t kEntryOverhead = 200;
// Longer values gain little, and are copied under a mutex.
constexpr std::size_t kMostValueBytes = 64UL << 10;

std::size_t cost(std::string_view key, std::string_view value) { return key.size() + value.size() + kEntryOverhead; }

// Nothing of logs is kept: nobody looks anything up in them.
bool is_log(std::string_view key) { return key.starts_with(kLogSpace); }

}  // namespace

ValueCache::ValueCache(std::size_t bytes)
    : stripe_bytes_(bytes / kStripes), stripes_(std::make_unique<std::array<Stripe, kStripes>>()) {}

bool ValueCache::find(std::string_view key, std::string& value, Moment& moment) {
  moment.range_writes = ranges_begun_.load(std::memory_order_acquire);
  const bool is_in_range = ranges_ended_.load(std::memory_order_acquire) != moment.range_writes;
  const auto [stripe, guard] = place_of(key);
  const std::lock_guard lock(stripe.mutex);
  moment.key_writes = guard.begun;
  moment.is_quiet = !is_in_range && guard.begun == guard.ended;
  if (!moment.is_quiet) return false;
  const auto at = stripe.places.find(key);
  if (at == stripe.places.end()) return false;
  at->second->is_used = true;
  value.assign(at->second->value);
  return true;
}

void ValueCache::keep(std::string_view key, std::string_view value, const Moment& moment) {
  if (!moment.is_quiet || is_log(key) || !has_place_for(key, value)) return;
  const auto [stripe, guard] = place_of(key);
  const std::lock_guard lock(stripe.mutex);
  if (guard.begun != moment.key_writes || ranges_begun_.load(std::memory_order_acquire) != moment.range_writes) return;
  if (stripe.places.contains(key)) return;
  stripe.entries.push_back({.key = std::string(key), .value = std::string(value)});
  stripe.places.emplace(stripe.entries.back().key, std::prev(stripe.entries.end()));
  count(stripe, cost(key, value), 0);
  make_room(stripe);
}

class ValueCache::Beginning {
 public:
  explicit Beginning(ValueCache& cache) : cache_(cache) {}
  void put(std::string_view key, std::string_view /*value*/) { erase(key); }
  void log(std::string_view /*key*/, std::string_view /*value*/) {}
  void erase(std::string_view key) {
    if (is_log(key)) return;
    const auto [stripe, guard] = cache_.place_of(key);
    const std::lock_guard lock(stripe.mutex);
    ++guard.begun;
  }
  void erase_range(std::string_view begin, std::string_view /*end*/) {
    if (!is_log(begin)) cache_.ranges_begun_.fetch_add(1, std::memory_order_acq_rel);
  }
  void add(std::string_view /*key*/, std::span<const std::int64_t> /*deltas*/) {}

 private:
  ValueCache& cache_;
};

// Only keys that are there already get their new values: those that nobody reads would take the room of others.
class ValueCache::Ending {
 public:
  Ending(ValueCache& cache, bool is_written) : cache_(cache), is_written_(is_written) {}
  void put(std::string_view key, std::string_view value) {
    end(key, [&](Stripe& stripe, std::list<Entry>::iterator entry) {
      if (!cache_.has_place_for(key, value)) {
        cache_.drop(stripe, entry);
        return;
      }
      cache_.count(stripe, value.size(), entry->value.size());
      // Assigned to, a string keeps the memory of its longest value, which is not counted.
      if (value.size() == entry->value.size()) {
        entry->value.assign(value);
      } else {
        std::string(value).swap(entry->value);
      }
      cache_.make_room(stripe);
    });
  }
  void log(std::string_view /*key*/, std::string_view /*value*/) {}
  void erase(std::string_view key) {
    end(key, [&](Stripe& stripe, std::list<Entry>::iterator entry) { cache_.drop(stripe, entry); });
  }
  void erase_range(std::string_view begin, std::string_view end) {
    if (is_log(begin)) return;
    cache_.drop_range(begin, end);
    cache_.ranges_ended_.fetch_add(1, std::memory_order_acq_rel);
  }
  void add(std::string_view /*key*/, std::span<const std::int64_t> /*deltas*/) {}

 private:
  template <class Change>
  void end(std::string_view key, Change change) {
    if (is_log(key)) return;
    const auto [stripe, guard] = cache_.place_of(key);
    const std::lock_guard lock(stripe.mutex);
    ++guard.ended;
    const auto at = stripe.places.find(key);
    if (at == stripe.places.end()) return;
    if (is_written_) {
      change(stripe, at->second);
    } else {
      cache_.drop(stripe, at->second);
    }
  }

  ValueCache& cache_;
  const bool is_written_;
};

void ValueCache::begin_write(const Batch& batch) { batch.for_each(Beginning(*this)); }

void ValueCache::end_write(const Batch& batch, bool is_written) { batch.for_each(Ending(*this, is_written)); }

ValueCache::Place ValueCache::place_of(std::string_view key) {
  const std::size_t hash = std::hash<std::string_view>{}(key);
  Stripe& stripe = (*stripes_)[hash % kStripes];
  return {stripe, stripe.guards[hash / kStripes % kGuards]};
}

bool ValueCache::has_place_for(std::string_view key, std::string_view value) const {
  return value.size() <= kMostValueBytes && cost(key, value) <= stripe_bytes_;
}

void ValueCache::count(Stripe& stripe, std::size_t added, std::size_t removed) {
  stripe.bytes += added - removed;
  bytes_.fetch_add(added - removed, std::memory_order_relaxed);
}

void ValueCache::make_room(Stripe& stripe) {
  while (stripe.bytes > stripe_bytes_) {
    const auto oldest = stripe.entries.begin();
    if (oldest->is_used) {
      oldest->is_used = false;
      stripe.entries.splice(stripe.entries.end(), stripe.entries, oldest);
    } else {
      drop(stripe, oldest);
    }
  }
}

std::list<ValueCache::Entry>::iterator ValueCache::drop(Stripe& stripe, std::list<Entry>::iterator entry) {
  count(stripe, 0, cost(entry->key, entry->value));
  stripe.places.erase(entry->key);
  return stripe.entries.erase(entry);
}

void ValueCache::drop_range(std::string_view begin, std::string_view end) {
  for (Stripe& stripe : *stripes_) {
    const std::lock_guard lock(stripe.mutex);
    for (auto entry = stripe.entries.begin(); entry != stripe.entries.end();) {
      const bool is_in_range = begin <= entry->key && entry->key < end;
      entry = is_in_range ? drop(stripe, entry) : std::next(entry);
    }
  }
}

}  // namespace stator::kv
