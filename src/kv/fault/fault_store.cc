#include "kv/fault/fault_store.h"

#include <utility>

namespace stator::kv {

void Faults::fail_writes(std::size_t skip, std::size_t count, Error error, Point point) {
  const std::lock_guard lock(mutex_);
  writes_to_fail_ = {.skip = skip, .count = count, .error = std::move(error), .point = point};
}

void Faults::fail_reads(std::size_t skip, std::size_t count, Error error) {
  const std::lock_guard lock(mutex_);
  reads_to_fail_ = {.skip = skip, .count = count, .error = std::move(error), .point = Point::kBefore};
}

void Faults::chill(std::string_view key) {
  const std::lock_guard lock(mutex_);
  cold_.emplace(key);
}

void Faults::warm(std::string_view key) {
  const std::lock_guard lock(mutex_);
  if (const auto at = cold_.find(key); at != cold_.end()) cold_.erase(at);
}

void Faults::before_write(std::function<void(std::size_t)> hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

void Faults::crash() {
  const std::lock_guard lock(mutex_);
  crashed_ = true;
}

std::size_t Faults::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

bool Faults::Window::hit() {
  if (count == 0) return false;
  if (skip > 0) {
    --skip;
    return false;
  }
  --count;
  return true;
}

Faults::WriteFate Faults::begin_write() {
  const std::lock_guard lock(mutex_);
  return {.hook = hook_, .number = writes_++};
}

Result<void> Faults::write_fails(Point point) {
  const std::lock_guard lock(mutex_);
  if (crashed_) return fail(ErrorCode::kInternal, "The store has crashed.");
  if (point == Point::kAfter) {
    if (std::exchange(fails_after_, false)) return std::unexpected(writes_to_fail_.error);
    return {};
  }
  if (!writes_to_fail_.hit()) return {};
  if (writes_to_fail_.point == Point::kBefore) return std::unexpected(writes_to_fail_.error);
  fails_after_ = true;
  return {};
}

Result<void> Faults::read_fails() {
  const std::lock_guard lock(mutex_);
  if (reads_to_fail_.hit()) return std::unexpected(reads_to_fail_.error);
  return {};
}

bool Faults::is_cold(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return cold_.contains(key);
}

class FaultStore::FaultCursor final : public Cursor {
 public:
  FaultCursor(std::unique_ptr<Cursor> inner, std::shared_ptr<Faults> faults, Wait wait)
      : inner_(std::move(inner)), faults_(std::move(faults)), wait_(wait), status_(faults_->read_fails()) {
    check_cold();
  }
  [[nodiscard]] bool valid() const override { return status_.has_value() && inner_->valid(); }
  [[nodiscard]] std::string_view key() const override { return inner_->key(); }
  [[nodiscard]] std::string_view value() const override { return inner_->value(); }
  void next() override {
    inner_->next();
    check_cold();
  }
  [[nodiscard]] Result<void> status() const override { return status_ ? inner_->status() : status_; }

 private:
  void check_cold() {
    if (wait_ == Wait::kNever && valid() && faults_->is_cold(inner_->key())) {
      status_ = fail(ErrorCode::kWouldBlock, "The key is cold.");
    }
  }

  std::unique_ptr<Cursor> inner_;
  std::shared_ptr<Faults> faults_;
  Wait wait_;
  Result<void> status_;
};

class FaultStore::FaultReader final : public Reader {
 public:
  FaultReader(std::unique_ptr<Reader> inner, std::shared_ptr<Faults> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}
  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override {
    return get_through(*inner_, *faults_, key, wait, value);
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override {
    return std::make_unique<FaultCursor>(inner_->scan(range, direction, wait), faults_, wait);
  }

  static Result<bool> get_through(const Reader& inner, Faults& faults, std::string_view key, Wait wait,
                                  std::string& value) {
    TRY(faults.read_fails());
    if (wait == Wait::kNever && faults.is_cold(key)) return fail(ErrorCode::kWouldBlock, "The key is cold.");
    return inner.get(key, wait, value);
  }

 private:
  std::unique_ptr<Reader> inner_;
  std::shared_ptr<Faults> faults_;
};

Result<bool> FaultStore::get(std::string_view key, Wait wait, std::string& value) const {
  return FaultReader::get_through(*inner_, *faults_, key, wait, value);
}

std::unique_ptr<Cursor> FaultStore::scan(const Range& range, Direction direction, Wait wait) const {
  return std::make_unique<FaultCursor>(inner_->scan(range, direction, wait), faults_, wait);
}

std::unique_ptr<Reader> FaultStore::snapshot() const {
  return std::make_unique<FaultReader>(inner_->snapshot(), faults_);
}

Result<void> FaultStore::write(const Batch& batch) {
  const Faults::WriteFate fate = faults_->begin_write();
  if (fate.hook) fate.hook(fate.number);
  TRY(faults_->write_fails(Faults::Point::kBefore));
  TRY(inner_->write(batch));
  return faults_->write_fails(Faults::Point::kAfter);
}

}  // namespace stator::kv
