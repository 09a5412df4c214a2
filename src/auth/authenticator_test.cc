#include "auth/authenticator.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/canonical_request.h"
#include "auth/sent_for_tests.h"
#include "auth/sha256.h"

namespace stator::auth {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Signs as SDKs do.
struct Signing {
  std::string key = "AKIDEXAMPLE";
  std::string secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  std::string time = "20260101T120000Z";
  std::string service = "dynamodb";
  std::string signed_headers = "host;x-amz-date;x-amz-target";
  std::string scope_date = {};  // empty: the time's
  std::string algorithm = "AWS4-HMAC-SHA256";
  std::string date_header = "X-Amz-Date";
  std::string date = {};  // of that header; empty: the time
  std::string token = {};
  std::string body = "{}";
};

Sent sign(const Signing& how) {
  Sent sent{.headers = {{"Host", "db.test"},
                        {"X-Amz-Target", "DynamoDB_20120810.ListTables"},
                        {how.date_header, how.date.empty() ? how.time : how.date}},
            .body = how.body};
  if (!how.token.empty()) sent.headers.emplace_back("X-Amz-Security-Token", how.token);
  const std::string day = how.scope_date.empty() ? how.time.substr(0, 8) : how.scope_date;
  const std::string scope = fmt::format("{}/eu-west-1/{}/aws4_request", day, how.service);
  Sha256::Digest key = HmacKey("AWS4" + how.secret).sign(day);
  key = HmacKey(view(key)).sign("eu-west-1");
  key = HmacKey(view(key)).sign(how.service);
  key = HmacKey(view(key)).sign("aws4_request");
  const HexDigest canonical = to_hex(sha256(canonical_request(sent.view(), how.signed_headers)));
  const HexDigest signature =
      to_hex(HmacKey(view(key)).sign(fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", how.time, scope, view(canonical))));
  sent.headers.emplace_back(
      "Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", how.algorithm, how.key, scope,
                                   how.signed_headers, view(signature)));
  return sent;
}

class AuthenticatorTest : public testing::Test {
 protected:
  void SetUp() override { authenticator_.require(*Credentials::parse(kKeys)); }
  std::string call(const Signing& how, std::string_view service = "dynamodb") {
    return outcome(authenticator_, sign(how).view(), service);
  }

  ManualClock clock_ = clock_at("20260101T120000Z");
  Authenticator authenticator_{clock_};
};

const std::string kGood = "AKIDEXAMPLE eu-west-1 dynamodb";

TEST_F(AuthenticatorTest, RefusesWithDynamoDbsWordsAndInItsOrder) {
  struct Row {
    std::string name;
    Signing signing;
    std::string want;
  };
  const std::string not_signed = " must be a 'SignedHeader' in the AWS Authorization.";
  const std::string unknown = "unrecognized: The security token included in the request is invalid.";
  const std::string bad_token = "unrecognized: The security token included in the request is invalid";
  const std::string no_match = fmt::format("invalid: {}", kNoMatch);
  const std::string expired =
      "invalid: Signature expired: 20260101T114459Z is now earlier than 20260101T114500Z (20260101T120000Z - 15 min.)";
  const std::vector<Row> rows{
      {"right", {}, kGood},
      {"right, with a Date header",
       {.signed_headers = "date;host;x-amz-target", .date_header = "Date", .date = "Thu, 01 Jan 2026 12:00:00 GMT"},
       kGood},
      {"right, with a Date header in the basic format",
       {.signed_headers = "date;host;x-amz-target", .date_header = "Date"},
       kGood},
      {"right, the last second", {.time = "20260101T114500Z"}, kGood},
      {"right, the first second", {.time = "20260101T121500Z"}, kGood},
      {"date of no form",
       {.date = "2026"},
       "incomplete: Date must be in ISO-8601 'basic format'. Got '2026'. See http://en.wikipedia.org/wiki/ISO_8601"},
      {"date that is none",
       {.date = "20260230T120000Z"},
       "incomplete: Date must be in ISO-8601 'basic format'. Got '20260230T120000Z'. See "
       "http://en.wikipedia.org/wiki/ISO_8601"},
      {"Date header that is no date",
       {.date_header = "Date", .date = "now"},
       "incomplete: Date must be in ISO-8601 'basic format'. Got 'now'. See http://en.wikipedia.org/wiki/ISO_8601"},
      {"too old", {.time = "20260101T114459Z"}, expired},
      {"too old before all else",
       {.key = "other", .time = "20260101T114459Z", .signed_headers = "x-amz-date", .algorithm = "AWS4-X"},
       expired},
      {"too early",
       {.time = "20260101T121501Z"},
       "invalid: Signature not yet current: 20260101T121501Z is still later than 20260101T121500Z (20260101T120000Z + "
       "15 min.)"},
      {"host not signed", {.signed_headers = "x-amz-date;x-amz-target"}, "invalid: 'Host'" + not_signed},
      {"host not signed before the algorithm",
       {.signed_headers = "x-amz-date", .algorithm = "AWS4-X"},
       "invalid: 'Host'" + not_signed},
      {"operation not signed", {.signed_headers = "host;x-amz-date"}, "invalid: 'X-Amz-Target'" + not_signed},
      {"algorithm",
       {.algorithm = "AWS4-X"},
       "incomplete: Unsupported AWS 'algorithm': 'AWS4-X' (only AWS4-HMAC-SHA256 for now). "},
      {"scope of another service",
       {.key = "other", .service = "lambda"},
       "invalid: Credential should be scoped to correct service: 'dynamodb'. "},
      {"scope of another day",
       {.key = "other", .scope_date = "20260102"},
       "invalid: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260102' "
       "!= '20260101', from '20260101T120000Z'."},
      {"another key", {.key = "other"}, unknown},
      {"a key in other letters", {.key = "akidexample"}, unknown},
      {"another secret", {.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEX"}, no_match},
      {"another's secret", {.key = "ASIDEXAMPLE", .token = "Token//+=="}, no_match},
      {"a token to a key without", {.token = "Token//+=="}, bad_token},
      {"a key without its token", {.key = "ASIDEXAMPLE", .secret = "secret/with+signs"}, bad_token},
      {"a key with another token",
       {.key = "ASIDEXAMPLE", .secret = "secret/with+signs", .token = "Token//+="},
       bad_token},
      {"a wrong signature before a wrong token", {.secret = "x", .token = "Token"}, no_match},
  };
  for (const Row& row : rows) EXPECT_EQ(call(row.signing), row.want) << row.name;
  EXPECT_EQ(outcome(authenticator_, Sent{}.view(), "dynamodb"), "missing: Request is missing Authentication Token");
}

TEST_F(AuthenticatorTest, LambdaIsStricterAboutTime) {
  Signing signing{.service = "lambda"};
  signing.time = "20260101T115500Z";
  EXPECT_EQ(call(signing, "lambda"), "AKIDEXAMPLE eu-west-1 lambda");
  signing.time = "20260101T115459Z";
  EXPECT_THAT(call(signing, "lambda"), HasSubstr("(20260101T120000Z - 5 min.)"));
}

TEST_F(AuthenticatorTest, ThePayloadIsWhatWasSent) {
  // As S3 has it: a header does not stand for the payload.
  Signing how;
  Sent sent = sign(how);
  sent.headers.emplace_back("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
  EXPECT_EQ(outcome(authenticator_, sent.view(), "dynamodb"), kGood);
  sent.body = R"({"Limit":1})";
  EXPECT_EQ(outcome(authenticator_, sent.view(), "dynamodb"), fmt::format("invalid: {}", kNoMatch));
  // A packed body was signed as packed.
  how.body = "packed";
  sent = sign(how);
  http::Request request = sent.view();
  request.body = "unpacked";
  EXPECT_THAT(outcome(authenticator_, request, "dynamodb"), StartsWith("invalid: "));
  request.packed_body = "packed";
  EXPECT_EQ(outcome(authenticator_, request, "dynamodb"), kGood);
}

TEST_F(AuthenticatorTest, AHeaderGivenTwiceIsSignedTwice) {
  Sent sent = sign({});
  for (const std::string_view name : {"X-Amz-Target", "X-Amz-Date", "Host"}) {
    Sent changed = sent;
    changed.headers.insert(changed.headers.begin(),
                           {std::string(name), name == "X-Amz-Date" ? "20260101T120000Z" : "x"});
    EXPECT_EQ(outcome(authenticator_, changed.view(), "dynamodb"), fmt::format("invalid: {}", kNoMatch)) << name;
  }
}

TEST_F(AuthenticatorTest, SignaturesThatNobodyMakes) {
  std::string many = "host;x-amz-target";
  for (int i = 0; i < 10'000; ++i) many += fmt::format(";x-{}", i);
  EXPECT_EQ(call({.signed_headers = many}), fmt::format("invalid: {}", kNoMatch));
  EXPECT_EQ(call({.signed_headers = "host;;x-amz-target;absent"}), kGood);
  const Sent sent = sign({});
  const std::string authorization = sent.headers.back().second;
  for (std::string value : {authorization.substr(0, authorization.size() - 1), authorization + "0", authorization + "g",
                            authorization.substr(0, authorization.size() - 64) + std::string(64, '\xff'),
                            authorization.substr(0, authorization.size() - 64) + std::string(64, '0')}) {
    Sent changed = sent;
    changed.headers.back().second = value;
    EXPECT_EQ(outcome(authenticator_, changed.view(), "dynamodb"), fmt::format("invalid: {}", kNoMatch)) << value;
  }
}

TEST_F(AuthenticatorTest, PresignedRequestsEndWhenTheySay) {
  const auto ask = [&](std::string_view expires, std::string_view now) {
    // Any value of the signature: its time is looked at before.
    const Sent sent{
        .target = fmt::format("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2F"
                              "eu-west-1%2Fdynamodb%2Faws4_request&X-Amz-Date=20260101T120000Z&"
                              "X-Amz-Expires={}&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
                              expires),
        .headers = {{"Host", "db.test"}}};
    const ManualClock clock = clock_at(now);
    Authenticator authenticator(clock);
    authenticator.require(*Credentials::parse(kKeys));
    return outcome(authenticator, sent.view(), "dynamodb");
  };
  EXPECT_EQ(ask("60", "20260101T120100Z"), fmt::format("invalid: {}", kNoMatch));
  EXPECT_EQ(ask("60", "20260101T120101Z"),
            "invalid: Signature expired: 20260101T120000Z is now earlier than 20260101T120001Z (20260101T120101Z - 1 "
            "min.)");
  EXPECT_EQ(ask("604800", "20260101T121500Z"), fmt::format("invalid: {}", kNoMatch));
  EXPECT_THAT(ask("604800", "20260101T121501Z"), HasSubstr("- 15 min.)"));
  EXPECT_THAT(ask("5", "20260101T120006Z"), HasSubstr("- 5 sec.)"));
  EXPECT_EQ(ask("many", "20260101T121500Z"), fmt::format("invalid: {}", kNoMatch));
}

TEST(Authenticator, AcceptsEverythingUntilKeysAreRequired) {
  const ManualClock clock = clock_at("20260101T120000Z");
  Authenticator authenticator(clock);
  const Sent old = sign({.secret = "other", .time = "20200101T000000Z"});
  const Sent good = sign({});
  EXPECT_EQ(outcome(authenticator, old.view(), "dynamodb"), kGood);
  authenticator.require(*Credentials::parse(kKeys));
  EXPECT_THAT(outcome(authenticator, old.view(), "dynamodb"), StartsWith("invalid: Signature expired"));
  EXPECT_EQ(outcome(authenticator, good.view(), "dynamodb"), kGood);
  // A secret that has changed, and a key that is gone, while signing keys of them are kept.
  authenticator.require(*Credentials::parse("[a]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=new"));
  EXPECT_EQ(outcome(authenticator, good.view(), "dynamodb"), fmt::format("invalid: {}", kNoMatch));
  EXPECT_EQ(outcome(authenticator, sign({.secret = "new"}).view(), "dynamodb"), kGood);
  authenticator.require(*Credentials::parse("[a]\naws_access_key_id=another\naws_secret_access_key=new"));
  EXPECT_THAT(outcome(authenticator, good.view(), "dynamodb"), StartsWith("unrecognized: "));
}

TEST(Authenticator, KeysChangeWhileThreadsAsk) {
  const ManualClock clock = clock_at("20260101T120000Z");
  Authenticator authenticator(clock);
  const auto keys_of = [](std::string_view secret) {
    return *Credentials::parse(fmt::format("[a]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key={}", secret));
  };
  authenticator.require(keys_of("one"));
  const Sent one = sign({.secret = "one"});
  const Sent two = sign({.secret = "two"});
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  std::atomic<bool> over = false;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!over) {
        for (const Sent* sent : {&one, &two}) {
          const std::string seen = outcome(authenticator, sent->view(), "dynamodb");
          if (seen != kGood && seen != fmt::format("invalid: {}", kNoMatch)) ++wrong;
        }
      }
      if (outcome(authenticator, two.view(), "dynamodb") != kGood) ++wrong;
    });
  }
  for (int i = 0; i < 200; ++i) {
    authenticator.require(keys_of("one"));
    authenticator.require(keys_of("two"));
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace stator::auth
