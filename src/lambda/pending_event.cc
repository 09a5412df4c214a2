#include "lambda/pending_event.h"

namespace stator::lambda {

std::optional<std::string> PendingEvent::begin() {
  Render render = take();
  if (!render) return std::nullopt;
  return render();
}

bool PendingEvent::take_back() { return take() != nullptr; }

PendingEvent::Render PendingEvent::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(render_, nullptr);
}

}  // namespace stator::lambda
