#include "base/call_wait.h"

#include <array>
#include <thread>

#include <gtest/gtest.h>
#include <sys/eventfd.h>

namespace stator {
namespace {

using std::chrono::milliseconds;
using Outcome = CallWait::Outcome;

// Longer than any test runs.
constexpr milliseconds kLong = std::chrono::hours(1);

TEST(CallWait, TellsWhichIsReady) {
  const Descriptor first(::eventfd(0, EFD_CLOEXEC));
  const Descriptor second(::eventfd(1, EFD_CLOEXEC));
  CallWait wait(kLong, {});
  std::array<pollfd, 3> fds{{{first.get(), POLLIN, 0}, {-1, POLLIN, 0}, {second.get(), POLLIN, 0}}};
  EXPECT_EQ(wait.wait(fds), Outcome::kReady);
  EXPECT_EQ(fds[0].revents, 0);
  EXPECT_EQ(fds[2].revents, POLLIN);
}

TEST(CallWait, TimeIsOver) {
  CallWait wait(milliseconds(1), {});
  EXPECT_EQ(wait.wait({}), Outcome::kTimedOut);
  EXPECT_EQ(wait.wait({}, kLong), Outcome::kTimedOut);
}

// As of a server that never ends to send something.
TEST(CallWait, TimeIsOverThoughThereIsSomethingToRead) {
  const Descriptor readable(::eventfd(1, EFD_CLOEXEC));
  std::array<pollfd, 1> fds{{{readable.get(), POLLIN, 0}}};
  CallWait wait(milliseconds(1), {});
  while (wait.wait(fds) == Outcome::kReady) {
  }
  EXPECT_EQ(wait.wait(fds), Outcome::kTimedOut);
}

TEST(CallWait, PauseIsOverFirst) {
  CallWait wait(kLong, {});
  EXPECT_EQ(wait.wait({}, milliseconds(1)), Outcome::kPaused);
}

TEST(CallWait, StoppedBefore) {
  std::stop_source stop;
  stop.request_stop();
  CallWait wait(kLong, stop.get_token());
  EXPECT_EQ(wait.wait({}), Outcome::kStopped);
}

TEST(CallWait, StoppedWhileItWaits) {
  std::stop_source stop;
  CallWait wait(kLong, stop.get_token());
  const std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(wait.wait({}), Outcome::kStopped);
}

}  // namespace
}  // namespace stator
