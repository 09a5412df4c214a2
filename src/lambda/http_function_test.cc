#include "lambda/http_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lambda/http_peer_for_tests.h"

namespace stator::lambda {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds kLong = std::chrono::hours(1);
constexpr auto kSucceeded = InvocationStatus::kSucceeded;
constexpr auto kFailed = InvocationStatus::kFailed;
constexpr auto kNotReached = InvocationStatus::kNotReached;

TEST(HttpFunction, WhatAnswersMean) {
  struct Row {
    std::string name;
    int status;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    InvocationStatus of_lambda;
    InvocationStatus of_plain;
    std::string cause = {};
  };
  const std::string python = R"({"errorMessage": "'id'", "errorType": "KeyError", "stackTrace": []})";
  const std::string process = R"({"errorType":"Runtime.ExitError","errorMessage":"exit status 1"})";
  for (const Row& row : std::vector<Row>{
           {"null", 200, {}, "null", kSucceeded, kSucceeded},
           {"object", 200, {}, R"({"batchItemFailures":[]})", kSucceeded, kSucceeded},
           {"text", 200, {}, "done", kSucceeded, kSucceeded},
           {"created", 201, {}, "{}", kSucceeded, kSucceeded},
           {"exception", 200, {}, python, kFailed, kFailed, "KeyError: 'id'"},
           {"type alone", 200, {}, R"({"errorType":"x"})", kSucceeded, kSucceeded},
           {"type that is no text", 200, {}, R"({"errorType":1,"errorMessage":"x"})", kSucceeded, kSucceeded},
           {"error further down", 200, {}, R"({"a":{"errorType":"x","errorMessage":"y"}})", kSucceeded, kSucceeded},
           {"error in a list", 200, {}, R"([{"errorType":"x","errorMessage":"y"}])", kSucceeded, kSucceeded},
           {"error header", 200, {{"X-Amz-Function-Error", "Unhandled"}}, "{}", kFailed, kFailed, "Unhandled: {}"},
           {"timeout", 200, {}, "Task timed out after 3.00 seconds", kFailed, kFailed, "Task timed out after 3.00"},
           {"talk of timeouts", 200, {}, "Task timed out after lunch", kSucceeded, kSucceeded},
           {"timeouts in an answer",
            200,
            {},
            "Task timed out after 3 seconds, so I tried again",
            kSucceeded,
            kSucceeded},
           {"nothing", 200, {}, "", kFailed, kSucceeded, "its process has ended"},
           {"no content", 204, {}, "", kFailed, kSucceeded},
           {"busy", 400, {}, "", kNotReached, kFailed, "it answered 400"},
           {"unknown", 404, {}, R"({"Message":"Function not found"})", kNotReached, kFailed, "Function not found"},
           {"too large", 413, {}, "", kFailed, kFailed},
           {"throttled", 429, {}, "", kNotReached, kNotReached},
           {"broken", 500, {}, "", kNotReached, kFailed},
           {"bad gateway", 502, {}, "", kNotReached, kNotReached},
           {"unavailable", 503, {}, "", kNotReached, kNotReached},
           {"no reservation", 504, {}, "", kNotReached, kNotReached},
           {"process ended", 502, {}, process, kFailed, kFailed, "Runtime.ExitError: exit status 1"},
           {"error type header",
            500,
            {{"Error-Type", "Function.Oversized"}},
            "",
            kFailed,
            kFailed,
            "Function.Oversized"},
           {"redirection", 301, {{"Location", "/x"}}, "", kNotReached, kFailed},
       }) {
    for (const HttpKind kind : {HttpKind::kLambda, HttpKind::kPlain}) {
      const std::string name = row.name + (kind == HttpKind::kLambda ? " of Lambda" : "");
      const InvocationOutcome outcome = outcome_of({row.status, row.headers, row.body}, kind);
      EXPECT_EQ(outcome.status, kind == HttpKind::kLambda ? row.of_lambda : row.of_plain) << name;
      EXPECT_EQ(outcome.response, outcome.status == kSucceeded ? row.body : "") << name;
      EXPECT_EQ(outcome.cause.empty(), outcome.status == kSucceeded) << name;
      if (outcome.status != kSucceeded) {
        EXPECT_THAT(outcome.cause, HasSubstr(row.cause)) << name;
      }
    }
  }
}

TEST(HttpFunction, KindByPath) {
  EXPECT_EQ(kind_of(kEmulatorTarget), HttpKind::kLambda);
  EXPECT_EQ(kind_of("/2015-03-31/functions/audit/invocations"), HttpKind::kLambda);
  EXPECT_EQ(kind_of("/"), HttpKind::kPlain);
  EXPECT_EQ(kind_of("/audit"), HttpKind::kPlain);
}

InvocationOutcome call(const HttpPeer& peer, const std::string& target, milliseconds timeout = kLong,
                       const std::stop_token& stop = {}) {
  HttpFunction function({.client = std::make_shared<http::Client>(*parse_http_url(peer.url()), 1),
                         .target = target,
                         .timeout = timeout,
                         .headers = {}});
  return function.call(R"({"Records":[]})", stop);
}

TEST(HttpFunction, Requests) {
  HttpPeer peer("null");
  EXPECT_EQ(call(peer, std::string(kEmulatorTarget)).status, kSucceeded);
  EXPECT_EQ(call(peer, "/plain").status, kSucceeded);
  const std::vector<std::string> seen = peer.requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_THAT(seen[0], HasSubstr("POST /2015-03-31/functions/function/invocations HTTP/1.1\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("\r\nX-Amz-Invocation-Type: RequestResponse\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("\r\n\r\n{\"Records\":[]}"));
  EXPECT_THAT(seen[1], HasSubstr("POST /plain HTTP/1.1\r\n"));
  EXPECT_THAT(seen[1], Not(HasSubstr("X-Amz-Invocation-Type")));
}

TEST(HttpFunction, NoAnswer) {
  {
    std::string url;
    {
      const HttpPeer peer("null");
      url = peer.url();
    }
    HttpFunction function({std::make_shared<http::Client>(*parse_http_url(url), 1), "/", kLong, {}});
    EXPECT_EQ(function.call("{}", {}).status, kNotReached);
  }
  const HttpPeer silent;
  EXPECT_EQ(call(silent, "/", milliseconds(5)).status, kFailed);
  EXPECT_THAT(call(silent, "/", milliseconds(5)).cause, HasSubstr("it took longer than 0.005 s"));
  std::stop_source stop;
  const HttpPeer stopping([&] { stop.request_stop(); });
  EXPECT_EQ(call(stopping, "/", kLong, stop.get_token()).status, kNotReached);
}

}  // namespace
}  // namespace stator::lambda
