#include "kv/memory/memory_store.h"

#include <algorithm>
#include <utility>

#include "kv/memory/memory_writing.h"
#include "kv/open.h"

namespace stator::kv {
namespace {

// How much a cursor copies under one lock: little at first, since most callers want few.
constexpr std::size_t kFirstFetch = 16;
constexpr std::size_t kMaxFetch = 256;
constexpr std::size_t kMaxFetchBytes = 256UL << 10;
// How many keys it walks past under one lock to find them.
constexpr std::size_t kMaxWalk = 1024;

// The smallest key above `key`.
std::string after(std::string_view key) {
  std::string next(key);
  next.push_back('\0');
  return next;
}

}  // namespace

MemoryStore::Pin::Pin(const MemoryStore& store) : store_(store) {
  const std::lock_guard lock(store_.pins_mutex_);
  version_ = store_.published_.load(std::memory_order_acquire);
  store_.pins_.insert(version_);
}

MemoryStore::Pin::~Pin() {
  const std::lock_guard lock(store_.pins_mutex_);
  store_.pins_.erase(store_.pins_.find(version_));
}

class MemoryStore::MemoryCursor final : public Cursor {
 public:
  MemoryCursor(const MemoryStore& store, std::shared_ptr<const Pin> pin, Range range, Direction direction)
      : store_(store), pin_(std::move(pin)), rest_(std::move(range)), direction_(direction) {
    fetch();
  }
  [[nodiscard]] bool valid() const override { return at_ < entries_.size(); }
  [[nodiscard]] std::string_view key() const override { return entries_[at_].key; }
  [[nodiscard]] std::string_view value() const override { return entries_[at_].value; }
  void next() override {
    if (++at_ == entries_.size()) fetch();
  }
  [[nodiscard]] Result<void> status() const override { return {}; }

 private:
  void fetch() {
    entries_.clear();
    at_ = 0;
    while (entries_.empty() && rest_.begin < rest_.end) {
      store_.fetch(pin_->version(), direction_, limit_, rest_, entries_);
    }
    limit_ = std::min(limit_ * 2, kMaxFetch);
  }

  const MemoryStore& store_;
  std::shared_ptr<const Pin> pin_;
  Range rest_;  // not fetched yet
  Direction direction_;
  std::size_t limit_ = kFirstFetch;
  std::vector<Entry> entries_;
  std::size_t at_ = 0;
};

class MemoryStore::MemorySnapshot final : public Reader {
 public:
  explicit MemorySnapshot(const MemoryStore& store) : store_(store), pin_(std::make_shared<const Pin>(store)) {}
  Result<bool> get(std::string_view key, Wait /*wait*/, std::string& value) const override {
    return store_.get_at(pin_->version(), key, value);
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait /*wait*/) const override {
    return std::make_unique<MemoryCursor>(store_, pin_, range, direction);
  }

 private:
  const MemoryStore& store_;
  std::shared_ptr<const Pin> pin_;
};

Result<bool> MemoryStore::get(std::string_view key, Wait /*wait*/, std::string& value) const {
  return get_at(std::nullopt, key, value);
}

std::unique_ptr<Cursor> MemoryStore::scan(const Range& range, Direction direction, Wait /*wait*/) const {
  return std::make_unique<MemoryCursor>(*this, std::make_shared<const Pin>(*this), range, direction);
}

std::unique_ptr<Reader> MemoryStore::snapshot() const { return std::make_unique<MemorySnapshot>(*this); }

Result<void> MemoryStore::write(const Batch& batch) {
  Writing writing(*this);
  batch.for_each(writing);
  writing.publish();
  writing.collect();
  return {};
}

StoreSizes MemoryStore::sizes() const {
  return {.disk_bytes = 0, .memory_bytes = bytes_.load(std::memory_order_relaxed)};
}

std::shared_lock<std::shared_mutex> MemoryStore::lock_to_read() const {
  if (writer_waits_.load(std::memory_order_relaxed)) {
    const std::lock_guard pass(turnstile_);
  }
  return std::shared_lock(mutex_);
}

Result<bool> MemoryStore::get_at(std::optional<Version> version, std::string_view key, std::string& value) const {
  const auto lock = lock_to_read();
  const auto at = map_.find(key);
  if (at == map_.end()) return false;
  // With the lock held, what is published now cannot be collected.
  const std::string* bytes =
      value_at(at->second.newest, version ? *version : published_.load(std::memory_order_acquire));
  if (bytes == nullptr) return false;
  value.assign(*bytes);
  return true;
}

void MemoryStore::fetch(Version version, Direction direction, std::size_t limit, Range& range,
                        std::vector<Entry>& entries) const {
  std::size_t bytes = 0;
  std::size_t walked = 0;
  const auto take = [&](const Map::value_type& at) {
    if (const std::string* value = value_at(at.second.newest, version)) {
      entries.push_back({at.first, *value});
      bytes += at.first.size() + value->size();
    }
    return ++walked < kMaxWalk && entries.size() < limit && bytes < kMaxFetchBytes;
  };

  const auto lock = lock_to_read();
  const auto begin = map_.lower_bound(range.begin);
  const auto end = map_.lower_bound(range.end);
  if (direction == Direction::kForward) {
    for (auto at = begin; at != end; ++at) {
      if (take(*at)) continue;
      range.begin = after(at->first);
      return;
    }
  } else {
    for (auto at = end; at != begin;) {
      if (take(*--at)) continue;
      range.end = at->first;
      return;
    }
  }
  range.begin = range.end;
}

const std::string* MemoryStore::value_at(const Value& newest, Version version) {
  for (const Value* value = &newest; value != nullptr; value = value->older.get()) {
    if (value->since <= version) return value->bytes ? &*value->bytes : nullptr;
  }
  return nullptr;
}

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace stator::kv
