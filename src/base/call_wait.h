// The waiting of one blocking call: for file descriptors, until its time is over, until somebody asks it to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>

#include <poll.h>

#include "base/clock.h"
#include "base/descriptor.h"

namespace stator {

// Belongs to one thread; the request to stop comes from any.
class CallWait {
 public:
  enum class Outcome : std::uint8_t {
    kReady,
    kPaused,  // the pause is over, the call's time is not
    kTimedOut,
    kStopped,
  };

  // The call's time begins now.
  CallWait(std::chrono::milliseconds most, std::stop_token stop);
  CallWait(const CallWait&) = delete;
  CallWait& operator=(const CallWait&) = delete;

  // Until one of `fds`, four at most, has what it is polled for; revents tell. Negative descriptors are passed over.
  // No longer than `pause` if there is one.
  [[nodiscard]] Outcome wait(std::span<pollfd> fds, std::optional<std::chrono::milliseconds> pause = {});

 private:
  struct Wake {
    int descriptor;
    void operator()() const noexcept;
  };
  const MonotonicTime deadline_;
  const std::stop_token stop_;
  const Descriptor stopped_;  // readable once stop is asked for; none if the process has no descriptor left
  const std::stop_callback<Wake> on_stop_;
};

}  // namespace stator
