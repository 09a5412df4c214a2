#include "lambda/targets.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lambda/http_peer_for_tests.h"

namespace stator::lambda {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds kLong = std::chrono::hours(1);
constexpr auto kSucceeded = InvocationStatus::kSucceeded;
constexpr auto kNotReached = InvocationStatus::kNotReached;

TargetOptions url(std::string name, std::string where) {
  TargetOptions options;
  options.name = std::move(name);
  options.url = std::move(where);
  options.timeout = kLong;
  return options;
}

TargetOptions command(std::string name, std::vector<std::string> words) {
  TargetOptions options;
  options.name = std::move(name);
  options.command = std::move(words);
  options.timeout = kLong;
  return options;
}

TargetOptions file(std::string name, std::filesystem::path path) {
  TargetOptions options;
  options.name = std::move(name);
  options.file = std::move(path);
  return options;
}

std::unique_ptr<Targets> make(const TargetsOptions& options) {
  auto targets = Targets::make(options);
  EXPECT_TRUE(targets.has_value()) << targets.error().message;
  return targets ? *std::move(targets) : nullptr;
}

Function* function_of(Targets& targets, std::string_view name) { return targets.function(name, "us-east-1"); }

Function::Event event_of(std::string json) {
  return [json = std::move(json)] { return json; };
}

std::future<InvocationOutcome> start(Function& function, std::string event = "{}") {
  auto promise = std::make_shared<std::promise<InvocationOutcome>>();
  auto outcome = promise->get_future();
  function.invoke(event_of(std::move(event)),
                  [promise](InvocationOutcome given) { promise->set_value(std::move(given)); });
  return outcome;
}

TEST(Targets, FunctionsByName) {
  const HttpPeer emulator("\"emulator\"");
  const HttpPeer plain("");
  const auto targets = make({.functions = {url("audit", emulator.url() + "/"), url("hook", plain.url() + "/hook"),
                                           command("orders", {"cat"})},
                             .destinations = {},
                             .lambda_endpoint = ""});
  ASSERT_NE(function_of(*targets, "audit"), nullptr);
  EXPECT_EQ(start(*function_of(*targets, "audit")).get().response, "\"emulator\"");
  EXPECT_THAT(emulator.requests().at(0), HasSubstr("POST /2015-03-31/functions/function/invocations HTTP/1.1"));
  EXPECT_EQ(start(*function_of(*targets, "hook")).get().status, kSucceeded);
  EXPECT_THAT(plain.requests().at(0), HasSubstr("POST /hook HTTP/1.1"));
  EXPECT_EQ(start(*function_of(*targets, "orders"), "[1]").get().response, "[1]");
  EXPECT_EQ(function_of(*targets, "other"), nullptr);
  EXPECT_EQ(function_of(*targets, ""), nullptr);
}

TEST(Targets, LambdaEndpointForWhatIsNotDeclared) {
  const HttpPeer endpoint("null");
  const auto targets =
      make({.functions = {command("orders", {"cat"})}, .destinations = {}, .lambda_endpoint = endpoint.url()});
  EXPECT_EQ(start(*function_of(*targets, "orders"), "[1]").get().response, "[1]");
  Function* other = function_of(*targets, "other_function-1");
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(function_of(*targets, "other_function-1"), other);
  EXPECT_EQ(start(*other).get().response, "null");
  ASSERT_EQ(endpoint.requests().size(), 1U);
  EXPECT_THAT(endpoint.requests()[0],
              HasSubstr("POST /2015-03-31/functions/other_function-1/invocations HTTP/1.1\r\n"));
  EXPECT_THAT(endpoint.requests()[0], HasSubstr("/us-east-1/lambda/aws4_request"));
  Function* elsewhere = targets->function("other_function-1", "eu-west-1");
  ASSERT_NE(elsewhere, nullptr);
  EXPECT_EQ(start(*elsewhere).get().response, "null");
  EXPECT_THAT(endpoint.requests()[1], HasSubstr("/eu-west-1/lambda/aws4_request"));
  EXPECT_EQ(targets->function("other_function-1", "eu\r\nX: y"), nullptr);
  for (const std::string& name : {std::string(), std::string(".."), std::string("a/b"), std::string("a b"),
                                  std::string("a\r\nX: y"), std::string(65, 'a')}) {
    EXPECT_EQ(function_of(*targets, name), nullptr) << name;
  }
}

TEST(Targets, HasFunction) {
  const auto without = make({.functions = {command("orders", {"cat"})}, .destinations = {}, .lambda_endpoint = ""});
  EXPECT_TRUE(without->has_function("orders"));
  EXPECT_FALSE(without->has_function("other"));
  const auto with = make({.functions = {}, .destinations = {}, .lambda_endpoint = "http://127.0.0.1:1"});
  EXPECT_TRUE(with->has_function("other"));
  EXPECT_FALSE(with->has_function("a/b"));
}

TEST(Targets, ALambdaEndpointThatHangsHoldsUpOnlyItself) {
  // Twelve names with ten calls each are more than it gets at a time.
  std::latch seen(100);
  std::ptrdiff_t left = 100;
  const HttpPeer hanging([&] {
    if (left-- > 0) seen.count_down();
  });
  const auto targets =
      make({.functions = {command("orders", {"cat"})}, .destinations = {}, .lambda_endpoint = hanging.url()});
  std::vector<std::future<InvocationOutcome>> outcomes;
  for (int i = 0; i < 120; ++i) outcomes.push_back(start(*function_of(*targets, "f" + std::to_string(i / 10))));
  seen.wait();
  EXPECT_EQ(start(*function_of(*targets, "orders"), "[1]").get().response, "[1]");
  targets->stop();
  for (auto& outcome : outcomes) EXPECT_EQ(outcome.get().status, kNotReached);
  EXPECT_EQ(hanging.requests().size(), 100U);
}

TEST(Targets, DestinationsByArn) {
  const std::filesystem::path path = testing::TempDir() + "stator_destination_" + std::to_string(::getpid());
  const HttpPeer plain("");
  const auto targets =
      make({.functions = {command("audit", {"cat"})},
            .destinations = {file("failed", path), url("web.fifo", plain.url()), command("run", {"cat"})},
            .lambda_endpoint = ""});
  Function* failed = targets->destination("arn:aws:sqs:us-east-1:000000000000:failed");
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(start(*failed, "{\"a\":1}").get().status, kSucceeded);
  std::string line;
  std::getline(std::ifstream(path), line);
  EXPECT_EQ(line, "{\"a\":1}");
  std::filesystem::remove(path);

  EXPECT_EQ(start(*targets->destination("arn:aws-cn:sqs:cn-north-1:1:web.fifo")).get().status, kSucceeded);
  EXPECT_THAT(plain.requests().at(0), HasSubstr("POST / HTTP/1.1"));

  for (const std::string_view arn :
       {"arn:aws:sns:eu-west-1:123456789012:failed", "arn:aws:s3:::failed", "arn:aws-us-gov:s3:::failed"}) {
    EXPECT_EQ(targets->destination(arn), failed) << arn;
  }
  for (const std::string_view arn :
       {"", "failed", "arn:aws:sqs", "arn:aws:sqs:", "arn:aws:lambda:us-east-1:000000000000:failed",
        "arn:other:sqs:us-east-1:000000000000:failed", "arn:aws:sqs:us-east-1:000000000000:other",
        "arn:aws:sqs:us-east-1:000000000000:failed:", "arn:aws:sqs:us-east-1:000000000000:audit"}) {
    EXPECT_EQ(targets->destination(arn), nullptr) << arn;
  }
}

TEST(Targets, WrongDeclarations) {
  TargetOptions two_ways = command("a", {"cat"});
  two_ways.url = "http://127.0.0.1:1";
  TargetOptions no_time = command("a", {"cat"});
  no_time.timeout = milliseconds(0);
  struct Row {
    std::string name;
    TargetsOptions options;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"no way",
            {{TargetOptions{.name = "a", .url = {}, .command = {}, .file = {}}}, {}, {}},
            "function 'a': needs one of url, command and file"},
           {"two ways", {{two_ways}, {}, {}}, "function 'a': needs one of url, command and file"},
           {"no name", {{command("", {"cat"})}, {}, {}}, "function '': needs a name"},
           {"no program", {{command("a", {""})}, {}, {}}, "function 'a': needs a program to run"},
           {"no time", {{no_time}, {}, {}}, "function 'a': needs a timeout"},
           {"a file", {{file("a", "x")}, {}, {}}, "function 'a': cannot be a file"},
           {"https", {{url("a", "https://host/")}, {}, {}}, "function 'a': 'https://host/' is https"},
           {"twice", {{command("a", {"cat"}), command("a", {"cat"})}, {}, {}}, "function 'a': is declared twice"},
           {"destination", {{}, {url("a", "host")}, {}}, "destination 'a': 'host' is not a URL"},
           {"endpoint", {{}, {}, "127.0.0.1:3001"}, "'127.0.0.1:3001' is not a URL"},
       }) {
    const auto targets = Targets::make(row.options);
    ASSERT_FALSE(targets.has_value()) << row.name;
    EXPECT_EQ(targets.error().code, ErrorCode::kValidation) << row.name;
    EXPECT_THAT(targets.error().message, HasSubstr(row.want)) << row.name;
  }
}

// How many requests a silent server gets at a time, of as many calls as `asked`.
std::size_t seen_at_a_time(const TargetOptions& options, HttpPeer& peer, std::latch& seen) {
  constexpr int kAsked = 25;
  const auto targets = make({.functions = {options}, .destinations = {}, .lambda_endpoint = ""});
  std::vector<std::future<InvocationOutcome>> outcomes;
  for (int i = 0; i < kAsked; ++i) outcomes.push_back(start(*function_of(*targets, "a")));
  seen.wait();
  targets->stop();
  for (auto& outcome : outcomes) EXPECT_EQ(outcome.get().status, kNotReached);
  return peer.requests().size();
}

TEST(Targets, CallsAtATime) {
  struct Row {
    std::string name;
    std::string path;
    unsigned concurrency;
    std::ptrdiff_t want;
  };
  for (const Row& row : std::vector<Row>{{"emulator", "", 0, 1},
                                         {"emulator by its path", "/2015-03-31/functions/function/invocations", 0, 1},
                                         {"emulator that can do more", "", 3, 3},
                                         {"emulator, with a slash", "/", 0, 1},
                                         {"plain", "/hook", 0, 10},
                                         {"plain, one by one", "/hook", 1, 1}}) {
    std::latch seen(row.want);
    std::ptrdiff_t left = row.want;
    HttpPeer peer([&] {
      // One more than wanted is told by the count.
      if (left-- > 0) seen.count_down();
    });
    TargetOptions options = url("a", peer.url() + row.path);
    options.concurrency = row.concurrency;
    EXPECT_EQ(seen_at_a_time(options, peer, seen), static_cast<std::size_t>(row.want)) << row.name;
  }
}

TEST(Targets, QueueIsWorkedOffInOrder) {
  const auto targets = make({.functions = {[] {
                               TargetOptions options = command("a", {"cat"});
                               options.concurrency = 1;
                               return options;
                             }()},
                             .destinations = {},
                             .lambda_endpoint = ""});
  std::mutex mutex;
  std::vector<std::string> answers;
  std::latch all(20);
  for (int i = 0; i < 20; ++i) {
    function_of(*targets, "a")->invoke(event_of(std::to_string(i)), [&](InvocationOutcome outcome) {
      const std::lock_guard lock(mutex);
      answers.push_back(std::move(outcome.response));
      all.count_down();
    });
  }
  all.wait();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(answers.at(static_cast<std::size_t>(i)), std::to_string(i));
}

TEST(Targets, WhatIsNotWantedAnyMoreIsNotCalled) {
  const auto targets = make({.functions = {command("a", {"cat"})}, .destinations = {}, .lambda_endpoint = ""});
  std::promise<InvocationOutcome> outcome;
  function_of(*targets, "a")
      ->invoke([] { return std::nullopt; }, [&](InvocationOutcome given) { outcome.set_value(std::move(given)); });
  EXPECT_EQ(outcome.get_future().get().status, kNotReached);
}

TEST(Targets, CallsFromWithinACall) {
  const auto targets = make({.functions = {url("a", "http://127.0.0.1:1"), command("b", {"cat"})},
                             .destinations = {},
                             .lambda_endpoint = ""});
  std::promise<std::string> answer;
  function_of(*targets, "a")->invoke(event_of("{}"), [&](const InvocationOutcome& first) {
    EXPECT_EQ(first.status, kNotReached);
    function_of(*targets, "b")->invoke(event_of("2"), [&](InvocationOutcome second) {
      answer.set_value(second.response);
    });
  });
  EXPECT_EQ(answer.get_future().get(), "2");
}

TEST(Targets, NothingIsCalledOnceStopped) {
  const HttpPeer peer("null");
  const auto targets =
      make({.functions = {url("a", peer.url()), command("b", {"cat"})}, .destinations = {}, .lambda_endpoint = ""});
  targets->stop();
  EXPECT_EQ(start(*function_of(*targets, "a")).get().status, kNotReached);
  EXPECT_EQ(start(*function_of(*targets, "b")).get().status, kNotReached);
  EXPECT_TRUE(peer.requests().empty());
}

TEST(Targets, EndBreaksOffCalls) {
  std::latch seen(1);
  const HttpPeer peer([&] { seen.count_down(); });
  std::future<InvocationOutcome> outcome;
  {
    const auto targets = make({.functions = {url("a", peer.url())}, .destinations = {}, .lambda_endpoint = ""});
    outcome = start(*function_of(*targets, "a"));
    seen.wait();
  }
  EXPECT_EQ(outcome.get().status, kNotReached);
}

TEST(Targets, WithoutDeclarationsThereIsNoThread) {
  const auto threads = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
  };
  const auto before = threads();
  const auto targets = make({});
  EXPECT_EQ(threads(), before);
  EXPECT_EQ(function_of(*targets, "a"), nullptr);
  EXPECT_EQ(targets->destination("arn:aws:s3:::a"), nullptr);
}

}  // namespace
}  // namespace stator::lambda
