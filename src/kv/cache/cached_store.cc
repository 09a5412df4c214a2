#include "kv/cache/cached_store.h"

#include <utility>

#include "kv/cache/value_cache.h"

namespace stator::kv {
namespace {

class CachedStore final : public Store {
 public:
  CachedStore(std::unique_ptr<Store> store, std::size_t bytes) : store_(std::move(store)), cache_(bytes) {}

  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override {
    ValueCache::Moment moment;
    if (cache_.find(key, value, moment)) return true;
    TRY_ASSIGN(const bool present, store_->get(key, wait, value));
    if (present) cache_.keep(key, value, moment);
    return present;
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override {
    return store_->scan(range, direction, wait);
  }
  [[nodiscard]] std::unique_ptr<Reader> snapshot() const override { return store_->snapshot(); }

  Result<void> write(const Batch& batch) override {
    cache_.begin_write(batch);
    Result<void> outcome = store_->write(batch);
    cache_.end_write(batch, outcome.has_value());
    return outcome;
  }

  [[nodiscard]] StoreSizes sizes() const override {
    StoreSizes sizes = store_->sizes();
    sizes.memory_bytes += cache_.bytes();
    return sizes;
  }

 private:
  const std::unique_ptr<Store> store_;
  mutable ValueCache cache_;
};

}  // namespace

std::unique_ptr<Store> make_cached_store(std::unique_ptr<Store> store, std::size_t bytes) {
  return std::make_unique<CachedStore>(std::move(store), bytes);
}

}  // namespace stator::kv
