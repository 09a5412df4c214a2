#include "kv/memory/memory_writing.h"

#include <algorithm>
#include <utility>

namespace stator::kv {
namespace {

constexpr std::size_t kPiece = 256;
// What a key and each further value cost beside their bytes, about.
constexpr std::int64_t kKeyOverhead = 144;
constexpr std::int64_t kValueOverhead = 64;

std::int64_t size_of(const std::optional<std::string>& bytes) {
  return bytes ? static_cast<std::int64_t>(bytes->size()) : 0;
}

std::optional<std::string> copy_of(std::optional<std::string_view> bytes) {
  if (!bytes) return std::nullopt;
  return std::string(*bytes);
}

}  // namespace

MemoryStore::Writing::Writing(MemoryStore& store)
    : store_(store),
      version_(store.published_.load(std::memory_order_relaxed) + 1),
      lock_(store.mutex_, std::defer_lock) {
  lock();
}

void MemoryStore::Writing::put(std::string_view key, std::string_view value) {
  const auto at = store_.map_.lower_bound(key);
  if (at != store_.map_.end() && at->first == key) {
    replace(at, value);
  } else {
    Versions versions;
    versions.newest = {.since = version_, .bytes = std::string(value), .older = nullptr};
    store_.map_.emplace_hint(at, key, std::move(versions));
    count(kKeyOverhead + static_cast<std::int64_t>(key.size() + value.size()));
  }
  breathe();
}

void MemoryStore::Writing::erase(std::string_view key) {
  if (const auto at = store_.map_.find(key); at != store_.map_.end()) replace(at, std::nullopt);
  breathe();
}

void MemoryStore::Writing::erase_range(std::string_view begin, std::string_view end) {
  // Only this thread adds and removes keys, hence the iterators stay good while the lock is let go.
  const auto last = store_.map_.lower_bound(end);
  for (auto at = store_.map_.lower_bound(begin); at != last;) {
    replace(at++, std::nullopt);
    breathe();
  }
}

void MemoryStore::Writing::publish() { store_.published_.store(version_, std::memory_order_release); }

void MemoryStore::Writing::collect() {
  // A pin that comes later is of this version, and needs only the newest values.
  std::vector<Version> pins;
  {
    const std::lock_guard lock(store_.pins_mutex_);
    pins.assign(store_.pins_.begin(), store_.pins_.end());
  }
  for (const auto at : replaced_) {
    trim(at, pins);
    breathe();
  }
  const Version oldest = pins.empty() ? version_ : pins.front();
  for (std::size_t left = store_.crowded_.size(); left > 0 && store_.crowded_.front().at <= oldest; --left) {
    const auto at = store_.crowded_.front().key;
    store_.crowded_.pop_front();
    at->second.is_crowded = false;
    trim(at, pins);
    breathe();
  }
}

void MemoryStore::Writing::replace(Map::iterator at, std::optional<std::string_view> bytes) {
  Value& newest = at->second.newest;
  if (!bytes && !newest.bytes) return;
  if (newest.since == version_) {
    // No reader has seen it.
    count((bytes ? static_cast<std::int64_t>(bytes->size()) : 0) - size_of(newest.bytes));
    if (!bytes && !newest.older) {
      count(-kKeyOverhead - static_cast<std::int64_t>(at->first.size()));
      store_.map_.erase(at);
    } else {
      newest.bytes = copy_of(bytes);
    }
    return;
  }
  auto older = std::make_unique<Value>(std::move(newest));
  newest = {.since = version_, .bytes = copy_of(bytes), .older = std::move(older)};
  count(kValueOverhead + size_of(newest.bytes));
  replaced_.push_back(at);
}

void MemoryStore::Writing::trim(Map::iterator at, const std::vector<Version>& pins) {
  Versions& versions = at->second;
  for (Value* newer = &versions.newest; newer->older != nullptr;) {
    Value& value = *newer->older;
    const auto pin = std::ranges::lower_bound(pins, value.since);
    if (pin != pins.end() && *pin < newer->since) {
      newer = &value;
    } else {
      count(-kValueOverhead - size_of(value.bytes));
      newer->older = std::exchange(value.older, nullptr);
    }
  }
  if (versions.is_crowded) return;
  if (versions.newest.older) {
    versions.is_crowded = true;
    store_.crowded_.push_back({version_, at});
  } else if (!versions.newest.bytes) {
    count(-kKeyOverhead - static_cast<std::int64_t>(at->first.size()));
    store_.map_.erase(at);
  }
}

void MemoryStore::Writing::lock() {
  const std::lock_guard turnstile(store_.turnstile_);
  store_.writer_waits_.store(true, std::memory_order_relaxed);
  lock_.lock();
  store_.writer_waits_.store(false, std::memory_order_relaxed);
}

void MemoryStore::Writing::breathe() {
  if (++steps_ % kPiece != 0) return;
  lock_.unlock();
  lock();
}

}  // namespace stator::kv
