// /_stator/clock: tells the server's time, and moves it on for tests of what takes hours.
#pragma once

#include <functional>

#include "base/clock.h"
#include "http/message.h"

namespace stator::server {

// Thread-safe.
class ClockEndpoint {
 public:
  // `moved` is called after each move, so that what waits for a time looks again.
  ClockEndpoint(MovableClock& clock, std::function<void()> moved) : clock_(clock), moved_(std::move(moved)) {}

  // GET: {"now":"2026-11-21T14:53:00.123Z"}. POST with ?advance=24h (90s, 5m, ...): moves the clock on and answers the
  // same.
  [[nodiscard]] http::Response handle(const http::Request& request) const;

 private:
  MovableClock& clock_;
  std::function<void()> moved_;
};

}  // namespace stator::server
