#include "server/failure_log.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::server {
namespace {

TEST(FailureLog, WritesOneLineASecondAndCountsTheRest) {
  ManualClock clock;
  obs::Log log(obs::Level::kError);
  FailureLog failures(log, clock);
  testing::internal::CaptureStderr();
  for (int i = 0; i < 5; ++i) failures.note("PutItem", 500, "disk full");
  clock.advance(std::chrono::seconds{1});
  failures.note("GetItem", 503, "draining");
  failures.note("GetItem", 503, "draining");
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
  EXPECT_THAT(
      out,
      testing::HasSubstr(
          R"("event":"request failed","operation":"PutItem","status":"500","answer":"disk full","failures_left_out":"0"})"));
  EXPECT_THAT(
      out, testing::HasSubstr(R"("operation":"GetItem","status":"503","answer":"draining","failures_left_out":"4"})"));
}

}  // namespace
}  // namespace stator::server
