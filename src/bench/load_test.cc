#include "bench/load.h"

#include <atomic>
#include <thread>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/operations.h"
#include "bench/server_fixture_for_tests.h"

namespace stator::bench {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class LoadTest : public testing::Test {
 protected:
  // GetItem over `requests` bodies.
  Result<Measured> run(const TestServer& server, const LoadOptions& options, std::size_t requests, bool once) {
    config::BenchOptions bench;
    bench.endpoint = server.endpoint();
    Signer signer(bench, clock_);
    Operation workload("GetItem", signer, {"GetItem", requests, [](std::size_t i) { return std::to_string(i); }},
                       options.connections, once);
    auto address = resolve(bench.endpoint);
    if (!address) return std::unexpected(address.error());
    return measure(*address, options, clock_, workload);
  }

  SystemClock system_clock_;
  MovableClock clock_{system_clock_};
};

TEST_F(LoadTest, OnceSendsEachOnce) {
  std::atomic<int> asked = 0;
  std::atomic<int> sum = 0;
  TestServer server([&](std::string_view request) {
    ++asked;
    sum += std::stoi(std::string(request.substr(request.find("\r\n\r\n") + 4)));
    return TestServer::answer(200, "{}");
  });
  const auto measured = run(server, {.connections = 5, .duration = std::chrono::hours{1}}, 100, true);
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(asked, 100);
  EXPECT_EQ(sum, 4950);
  EXPECT_EQ(measured->completed(), 100U);
  EXPECT_TRUE(measured->failures.empty());
  EXPECT_GT(measured->seconds, 0);
}

TEST_F(LoadTest, FailuresAreNoSuccesses) {
  std::atomic<int> asked = 0;
  TestServer server([&](std::string_view) {
    switch (asked++ % 5) {
      case 0:
        return TestServer::answer(400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"})");
      case 1:
        return TestServer::answer(500, R"({"__type":"x#InternalServerError","message":"it broke"})");
      case 2:
        return TestServer::answer(200, R"({"UnprocessedItems":{"t":[]}})");
      case 3:
        return std::string();
      default:
        return TestServer::answer(200, "{}");
    }
  });
  const auto measured = run(server, {.connections = 4, .duration = std::chrono::hours{1}}, 100, true);
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(measured->completed(), 20U);
  EXPECT_EQ(measured->throttled(), 40U);
  EXPECT_EQ(measured->errors(), 40U);
  EXPECT_EQ(measured->failures.at("ThrottlingException").count, 20U);
  EXPECT_EQ(measured->failures.at("InternalServerError").count, 20U);
  EXPECT_EQ(measured->failures.at(std::string(kUnprocessed)).count, 20U);
  EXPECT_EQ(measured->failures.at(std::string(kClosed)).count, 20U);
  EXPECT_THAT(measured->failures.at("InternalServerError").sample, HasSubstr("it broke"));
}

TEST_F(LoadTest, ServersThatCloseEachConnection) {
  TestServer server(
      [](std::string_view) { return std::string("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nServer: X\r\n\r\n{}"); });
  const auto measured = run(server, {.connections = 3, .duration = std::chrono::hours{1}}, 30, true);
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(measured->completed(), 30U);
  EXPECT_EQ(measured->errors(), 0U);
}

// The server stands still once, for far longer than requests are apart. In an open loop all that were due meanwhile
// have waited; in a closed one only what was under way.
TEST_F(LoadTest, OpenLoopCountsFromWhenRequestsWereDue) {
  constexpr milliseconds kStill{300};
  for (const std::uint64_t rate : {std::uint64_t{1000}, std::uint64_t{0}}) {
    std::atomic<int> asked = 0;
    TestServer server([&](std::string_view) {
      if (asked++ == 50) std::this_thread::sleep_for(kStill);
      return TestServer::answer(200, "{}");
    });
    const LoadOptions options{.connections = 1, .duration = std::chrono::seconds{1}, .rate = rate};
    const auto measured = run(server, options, 10, false);
    ASSERT_TRUE(measured) << measured.error().message;
    EXPECT_EQ(measured->errors(), 0U);
    EXPECT_GE(measured->all().max(), kStill);
    if (rate > 0) {
      EXPECT_EQ(measured->completed(), rate);
      // 300 of 1000 were due meanwhile.
      EXPECT_GE(measured->all().percentile(0.9), kStill / 3);
    } else {
      EXPECT_LT(measured->all().percentile(0.9), kStill / 3);
    }
  }
}

TEST_F(LoadTest, WhatIsDueAndNeverSentIsCounted) {
  TestServer server([](std::string_view) {
    std::this_thread::sleep_for(milliseconds{20});
    return TestServer::answer(200, "{}");
  });
  const LoadOptions options{
      .connections = 1, .duration = milliseconds{200}, .timeout = milliseconds{200}, .rate = 1000};
  const auto measured = run(server, options, 10, false);
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(measured->completed() + measured->failures.at(std::string(kNeverSent)).count, 200U);
  EXPECT_LT(measured->completed(), 30U);
}

TEST_F(LoadTest, WarmUpIsNotMeasured) {
  std::atomic<int> asked = 0;
  TestServer server([&](std::string_view) {
    ++asked;
    return TestServer::answer(200, "{}");
  });
  const LoadOptions options{
      .connections = 1, .warm_up = milliseconds{300}, .duration = milliseconds{200}, .rate = 1000};
  const auto measured = run(server, options, 10, false);
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(asked, 500);
  EXPECT_EQ(measured->completed(), 200U);
}

TEST_F(LoadTest, AnswersThatDoNotComeAreGivenUp) {
  std::atomic<bool> is_over = false;
  TestServer server([&](std::string_view) {
    while (!is_over) std::this_thread::sleep_for(milliseconds{1});
    return std::string();
  });
  const LoadOptions options{.connections = 2, .duration = milliseconds{300}, .timeout = milliseconds{200}};
  const auto measured = run(server, options, 10, false);
  is_over = true;
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(measured->completed(), 0U);
  EXPECT_GE(measured->failures.at(std::string(kTimedOut)).count, 2U);
  EXPECT_EQ(measured->throttled(), 0U);
}

// As far as it can tell, it has not run for an hour while the server answered.
TEST_F(LoadTest, ItsOwnPausesAreNotTheServersFault) {
  std::atomic<int> asked = 0;
  TestServer server([&](std::string_view) {
    if (++asked == 50) std::ignore = clock_.advance(std::chrono::hours{1});
    return TestServer::answer(200, "{}");
  });
  const auto measured = run(server, {.connections = 4, .duration = std::chrono::hours{1}}, 10, false);
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(measured->completed(), static_cast<std::uint64_t>(asked));
  EXPECT_EQ(measured->errors(), 0U);
  EXPECT_GT(measured->pause, std::chrono::minutes{59});
}

TEST_F(LoadTest, NoServer) {
  TestServer server([](std::string_view) { return std::string(); });
  server.stop_listening();
  const auto measured = run(server, {.connections = 1, .duration = milliseconds{100}}, 10, false);
  ASSERT_FALSE(measured);
  EXPECT_THAT(measured.error().message, HasSubstr("cannot connect to 127.0.0.1:"));
}

TEST_F(LoadTest, ServerThatGoesAwayEndsTheRun) {
  std::atomic<int> asked = 0;
  TestServer server([&](std::string_view) { return ++asked < 10 ? TestServer::answer(200, "{}") : std::string(); });
  std::thread stopper([&] {
    while (asked < 5) std::this_thread::yield();
    server.stop_listening();
  });
  const auto measured = run(server, {.connections = 1, .duration = std::chrono::hours{1}}, 10, false);
  stopper.join();
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_THAT(measured->broken, HasSubstr("cannot connect"));
  EXPECT_EQ(measured->completed(), 9U);
}

}  // namespace
}  // namespace stator::bench
