// Requests that others have signed.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "auth/authenticator.h"
#include "auth/sent_for_tests.h"

namespace stator::auth {
namespace {

// The test suite that AWS published for Signature Version 4 (aws-sig-v4-test-suite): all of its requests that HTTP/1.1
// as the server reads it allows, and their signatures.
TEST(Authenticator, AgreesWithTheTestSuiteOfAws) {
  const std::string unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string token =
      "AQoDYXdzEPT//////////"
      "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
      "x7mSEI/qkPpKPi/"
      "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
      "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
  struct Row {
    std::string name;
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;  // beside Host and X-Amz-Date
    std::string signed_headers;
    std::string body;
    std::string signature;
  };
  const std::string usual = "host;x-amz-date";
  const std::string form = "application/x-www-form-urlencoded";
  const std::vector<Row> rows{
      {"get-vanilla", "GET", "/", {}, usual, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-unreserved",
       "GET",
       "/" + unreserved,
       {},
       usual,
       "",
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-utf8", "GET", "/\u1234", {}, usual, "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-space",
       "GET",
       "/example space/",
       {},
       usual,
       "",
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"get-relative",
       "GET",
       "/example/..",
       {},
       usual,
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-relative-relative",
       "GET",
       "/example1/example2/../..",
       {},
       usual,
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash", "GET", "//", {}, usual, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash-dot-slash",
       "GET",
       "/./",
       {},
       usual,
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash-pointless-dot",
       "GET",
       "/./example",
       {},
       usual,
       "",
       "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
      {"get-slashes",
       "GET",
       "//example//",
       {},
       usual,
       "",
       "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-vanilla-empty-query-key",
       "GET",
       "/?Param1=value1",
       {},
       usual,
       "",
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-query-order-key",
       "GET",
       "/?Param1=value2&Param1=Value1",
       {},
       usual,
       "",
       "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
      {"get-vanilla-query-order-key-case",
       "GET",
       "/?Param2=value2&Param1=value1",
       {},
       usual,
       "",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-query-order-value",
       "GET",
       "/?Param1=value2&Param1=value1",
       {},
       usual,
       "",
       "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
      {"get-vanilla-query-unreserved",
       "GET",
       "/?" + unreserved + "=" + unreserved,
       {},
       usual,
       "",
       "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
      {"get-vanilla-utf8-query",
       "GET",
       "/?\u1234=bar",
       {},
       usual,
       "",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-header-key-duplicate",
       "GET",
       "/",
       {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
       "host;my-header1;x-amz-date",
       "",
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {"get-header-value-order",
       "GET",
       "/",
       {{"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"}, {"My-Header1", "value2"}},
       "host;my-header1;x-amz-date",
       "",
       "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {"get-header-value-trim",
       "GET",
       "/",
       {{"My-Header1", "value1"}, {"My-Header2", "\"a   b   c\""}},
       "host;my-header1;my-header2;x-amz-date",
       "",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"post-vanilla", "POST", "/", {}, usual, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"post-vanilla-query",
       "POST",
       "/?Param1=value1",
       {},
       usual,
       "",
       "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
      {"post-header-key-sort",
       "POST",
       "/",
       {{"My-Header1", "value1"}},
       "host;my-header1;x-amz-date",
       "",
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-header-value-case",
       "POST",
       "/",
       {{"My-Header1", "VALUE1"}},
       "host;my-header1;x-amz-date",
       "",
       "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {"post-x-www-form-urlencoded",
       "POST",
       "/",
       {{"Content-Type", form}},
       "content-type;host;x-amz-date",
       "Param1=value1",
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
      {"post-x-www-form-urlencoded-parameters",
       "POST",
       "/",
       {{"Content-Type", form + "; charset=utf8"}},
       "content-type;host;x-amz-date",
       "Param1=value1",
       "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
  };
  const ManualClock clock = clock_at("20150830T123600Z");
  Authenticator authenticator(clock);
  authenticator.require(*Credentials::parse(kKeys));
  for (const Row& row : rows) {
    Sent sent{.method = row.method, .target = row.target, .headers = row.headers, .body = row.body};
    sent.headers.emplace_back("Host", "example.amazonaws.com");
    sent.headers.emplace_back("X-Amz-Date", "20150830T123600Z");
    sent.headers.emplace_back("Authorization",
                              fmt::format("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                                          "aws4_request, SignedHeaders={}, Signature={}",
                                          row.signed_headers, row.signature));
    EXPECT_EQ(outcome(authenticator, sent.view(), "service"), "AKIDEXAMPLE us-east-1 service") << row.name;
  }

  const std::string with_token =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
      "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
      "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead";
  authenticator.require(*Credentials::parse(
      fmt::format("{}\naws_session_token = {}", kKeys.substr(0, kKeys.find("\n[temporary]")), token)));
  const Sent sts{.headers = {{"Host", "example.amazonaws.com"},
                             {"X-Amz-Date", "20150830T123600Z"},
                             {"X-Amz-Security-Token", token},
                             {"Authorization", with_token}}};
  EXPECT_EQ(outcome(authenticator, sts.view(), "service"), "AKIDEXAMPLE us-east-1 service");
}

// Made by botocore 1.44.5 at that time.
TEST(Authenticator, AcceptsWhatBotocoreSends) {
  struct Row {
    std::string name;
    Sent sent;
    std::string service;
    std::string want;
  };
  const std::pair<std::string, std::string> host{"Host", "localhost:8000"};
  const std::pair<std::string, std::string> date{"X-Amz-Date", "20260101T000000Z"};
  const std::pair<std::string, std::string> type{"Content-Type", "application/x-amz-json-1.0"};
  const std::pair<std::string, std::string> get{"X-Amz-Target", "DynamoDB_20120810.GetItem"};
  const auto authorization = [](std::string_view scope, std::string_view headers, std::string_view signature) {
    return std::pair<std::string, std::string>{
        "Authorization", fmt::format("AWS4-HMAC-SHA256 Credential={}/aws4_request, SignedHeaders={}, Signature={}",
                                     scope, headers, signature)};
  };
  const std::vector<Row> rows{
      {"GetItem",
       {.headers = {host,
                    type,
                    get,
                    date,
                    {"User-Agent", "x"},
                    authorization("AKIDEXAMPLE/20260101/eu-west-1/dynamodb",
                                  "content-type;host;x-amz-date;x-amz-target",
                                  "fd44193cb145c63ca876ed47a9a090b06aea9c1434a9438416ec2a0b1e19056c")},
        .body = R"({"TableName":"t"})"},
       "dynamodb",
       "AKIDEXAMPLE eu-west-1 dynamodb"},
      {"with a session token",
       {.headers = {host,
                    type,
                    get,
                    date,
                    {"X-Amz-Security-Token", "Token//+=="},
                    authorization("ASIDEXAMPLE/20260101/eu-west-1/dynamodb",
                                  "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                                  "968b604faa979529bfce1a762efd0ae890a08a0db26f509303b1f93d456a1bd9")},
        .body = R"({"TableName":"t"})"},
       "dynamodb",
       "ASIDEXAMPLE eu-west-1 dynamodb"},
      {"ListEventSourceMappings",
       {.method = "GET",
        .target = "/2015-03-31/event-source-mappings/?FunctionName=arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3A"
                  "function%3Aa+b~c%2Bd&EventSourceArn=%C3%A4%2F%2A&MaxItems=5",
        .headers = {host, date,
                    authorization("AKIDEXAMPLE/20260101/eu-west-1/lambda", "host;x-amz-date",
                                  "c44dd74d1036acad1344f30b494041b313152e0b09c1b6e487a18c9432d938cd")}},
       "lambda",
       "AKIDEXAMPLE eu-west-1 lambda"},
      {"presigned",
       {.target =
            "/?TableName=t&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIDEXAMPLE%2F20260101%2Feu-west-1%2F"
            "dynamodb%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3B"
            "x-amz-target&X-Amz-Security-Token=Token%2F%2F%2B%3D%3D&X-Amz-Signature="
            "cf9a556c45786d3e043076f9f02a4680db6fa256be0d30d4311799f9a4a33a73",
        .headers = {host, get}},
       "dynamodb",
       "ASIDEXAMPLE eu-west-1 dynamodb"},
  };
  const ManualClock clock = clock_at("20260101T000030Z");
  Authenticator authenticator(clock);
  authenticator.require(*Credentials::parse(kKeys));
  for (const Row& row : rows) {
    EXPECT_EQ(outcome(authenticator, row.sent.view(), row.service), row.want) << row.name;
    for (const auto& [name, value] : row.sent.headers) {
      if (name == "User-Agent" || (name == "Content-Type" && row.sent.method == "GET")) continue;
      Sent changed = row.sent;
      for (auto& [other, text] : changed.headers) {
        if (other == name) text.back() = text.back() == 'x' ? 'y' : 'x';
      }
      EXPECT_NE(outcome(authenticator, changed.view(), row.service), row.want) << row.name << ", another " << name;
    }
    for (const std::string_view what : {"method", "path", "query", "body"}) {
      Sent changed = row.sent;
      if (what == "method") changed.method = "PUT";
      if (what == "path") changed.target.insert(1, "x");
      if (what == "query") changed.target += changed.target.contains('?') ? "&x" : "?x";
      if (what == "body") changed.body += " ";
      EXPECT_EQ(outcome(authenticator, changed.view(), row.service), fmt::format("invalid: {}", kNoMatch))
          << row.name << ", another " << what;
    }
  }
}

}  // namespace
}  // namespace stator::auth
