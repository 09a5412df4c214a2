// How much memory a server's request bodies may take together. Only bodies that do not lie in their connection's block
// count: those that are large, chunked or were packed.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace stator::http {

// Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t most) : most_(most) {}

  [[nodiscard]] bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= most_) return true;
    give(bytes);
    return false;
  }
  void give(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  // May be above the limit for a moment, by what is about to be refused.
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> used_{0};
};

// What one body holds of the budget, given back when it ends. Shares the budget, because a connection that is still
// with a handler outlives its server. Not thread-safe.
class BodyShare {
 public:
  explicit BodyShare(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
  ~BodyShare() { release(); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  // False, and nothing changes, if the budget has no room for `bytes` in all.
  [[nodiscard]] bool grow_to(std::size_t bytes) {
    if (bytes <= held_) return true;
    if (!budget_->take(bytes - held_)) return false;
    held_ = bytes;
    return true;
  }
  void release() {
    if (held_ > 0) budget_->give(std::exchange(held_, 0));
  }

 private:
  std::shared_ptr<BodyBudget> budget_;
  std::size_t held_ = 0;
};

}  // namespace stator::http
