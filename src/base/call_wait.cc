#include "base/call_wait.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/eventfd.h>

namespace stator {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kMostDescriptors = 4;
// How often to look whether to stop, without a descriptor that would tell.
constexpr nanoseconds kBlind = std::chrono::milliseconds(10);

MonotonicTime now() { return SystemClock().monotonic(); }

int poll_for(std::span<pollfd> fds, nanoseconds most) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec time{.tv_sec = whole.count(), .tv_nsec = (most - whole).count()};
  return ::ppoll(fds.data(), fds.size(), &time, nullptr);
}

}  // namespace

void CallWait::Wake::operator()() const noexcept {
  if (descriptor >= 0) ::eventfd_write(descriptor, 1);
}

CallWait::CallWait(std::chrono::milliseconds most, std::stop_token stop)
    : deadline_(now() + most),
      stop_(std::move(stop)),
      stopped_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      on_stop_(stop_, Wake{stopped_.get()}) {}

CallWait::Outcome CallWait::wait(std::span<pollfd> fds, std::optional<std::chrono::milliseconds> pause) {
  std::array<pollfd, kMostDescriptors + 1> all{};
  const std::size_t count = std::min(fds.size(), kMostDescriptors);
  const MonotonicTime until = pause ? std::min(deadline_, now() + *pause) : deadline_;
  for (;;) {
    if (stop_.stop_requested()) return Outcome::kStopped;
    // Also for who always has something to read.
    if (now() >= deadline_) return Outcome::kTimedOut;
    std::copy_n(fds.begin(), count, all.begin());
    all[count] = {.fd = stopped_.get(), .events = POLLIN, .revents = 0};
    nanoseconds left = std::max<nanoseconds>(until - now(), nanoseconds::zero());
    if (!stopped_) left = std::min(left, kBlind);
    const int ready = poll_for(std::span(all).first(count + 1), left);
    if (ready > 0 && all[count].revents == 0) {
      std::copy_n(all.begin(), count, fds.begin());
      return Outcome::kReady;
    }
    // Nothing else than a signal, or want of memory, makes poll fail; both are gone the next time.
    const MonotonicTime time = now();
    if (ready <= 0 && time >= deadline_) return Outcome::kTimedOut;
    if (ready <= 0 && time >= until) return Outcome::kPaused;
  }
}

}  // namespace stator
