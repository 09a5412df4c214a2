// A Store that fails, waits or dies when a test says so.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "kv/store.h"

namespace stator::kv {

// What a test holds while an engine owns the FaultStore. Thread-safe.
class Faults {
 public:
  // Where a failing write stops. kAfter: the bytes are there, only the writer does not learn it, as when the process
  // dies between the sync and the answer; no store does this and lives on.
  enum class Point : std::uint8_t { kBefore, kAfter };

  // The write that comes after `skip` good ones fails with `error`, and so do the `count - 1` after it.
  void fail_writes(std::size_t skip, std::size_t count, Error error, Point point = Point::kBefore);
  // The same for get(), and for scan(), whose cursor then has the error as its status.
  void fail_reads(std::size_t skip, std::size_t count, Error error);
  // A read of `key` with Wait::kNever gives kWouldBlock until warm(key): as if its block were only on disk. A scan
  // stops before it.
  void chill(std::string_view key);
  void warm(std::string_view key);
  // Called on the writing thread before each write, with the count of writes so far: may wait.
  void before_write(std::function<void(std::size_t)> hook);
  // From now on nothing reaches the inner store: what it has is what a crash leaves.
  void crash();

  [[nodiscard]] std::size_t writes() const;

 private:
  friend class FaultStore;

  struct Window {
    std::size_t skip = 0;
    std::size_t count = 0;
    Error error;
    Point point = Point::kBefore;
    // Counts a call; true if it is to fail.
    bool hit();
  };
  struct WriteFate {
    std::function<void(std::size_t)> hook;
    std::size_t number = 0;
  };

  WriteFate begin_write();
  // The error that this write meets at `point`, decided at kBefore.
  Result<void> write_fails(Point point);
  Result<void> read_fails();
  [[nodiscard]] bool is_cold(std::string_view key) const;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Window writes_to_fail_;
  Window reads_to_fail_;
  bool fails_after_ = false;  // the write under way
  bool crashed_ = false;
  std::set<std::string, std::less<>> cold_;
  std::function<void(std::size_t)> hook_;
  std::size_t writes_ = 0;
};

class FaultStore final : public Store {
 public:
  // `inner` is shared, so that a test can open it again after a crash.
  FaultStore(std::shared_ptr<Store> inner, std::shared_ptr<Faults> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  Result<bool> get(std::string_view key, Wait wait, std::string& value) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const override;
  [[nodiscard]] std::unique_ptr<Reader> snapshot() const override;
  Result<void> write(const Batch& batch) override;
  [[nodiscard]] StoreSizes sizes() const override { return inner_->sizes(); }

 private:
  class FaultReader;
  class FaultCursor;

  std::shared_ptr<Store> inner_;
  std::shared_ptr<Faults> faults_;
};

}  // namespace stator::kv
