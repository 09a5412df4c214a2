// An event that a function is to be called with: it becomes JSON only when the call begins, and can be taken back until
// then.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace stator::lambda {

// Thread-safe.
class PendingEvent {
 public:
  using Render = std::move_only_function<std::string()>;
  explicit PendingEvent(Render render) : render_(std::move(render)) {}

  // The call begins, once: the JSON; none if it has been taken back.
  [[nodiscard]] std::optional<std::string> begin();
  // True if the call had not begun: it never will.
  [[nodiscard]] bool take_back();

 private:
  [[nodiscard]] Render take();

  std::mutex mutex_;
  Render render_;  // guarded by mutex_; null: begun or taken back
};

}  // namespace stator::lambda
