#include "auth/signature.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::auth {
namespace {

struct Asked {
  std::string authorization;  // empty: no such header
  std::string date = "20260101T000000Z";
  std::string target = "/";
};

Result<Identity> ask(const Asked& asked) {
  http::Request request{.method = "POST", .target = asked.target, .headers = {{"Host", "a"}}, .body = {}};
  if (!asked.authorization.empty()) request.headers.push_back({"Authorization", asked.authorization});
  if (!asked.date.empty()) request.headers.push_back({"X-Amz-Date", asked.date});
  return read_identity(request);
}

TEST(ReadIdentity, ReadsTheCredential) {
  struct Row {
    std::string name;
    Asked asked;
    std::string want;  // key/region/service
  };
  const std::vector<Row> rows{
      {"as SDKs send it",
       {"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=00ff"},
       "AKIDEXAMPLE/us-east-1/dynamodb"},
      {"commas without spaces",
       {"AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-2/dynamodb/aws4_request,SignedHeaders=host,Signature=00"},
       "k/eu-west-2/dynamodb"},
      {"another order, more spaces",
       {"  AWS4-HMAC-SHA256   Signature=00 ,  SignedHeaders=host,Credential=k/d/local/dynamodb/aws4_request "},
       "k/local/dynamodb"},
      {"trailing slashes",
       {"AWS4-HMAC-SHA256 Credential=k/d/r/dynamodb/aws4_request//,SignedHeaders=h,Signature=s"},
       "k/r/dynamodb"},
      {"presigned",
       {"", "",
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=k%2F20260101%2Fus-west-2%2fdynamodb%2Faws4_request"
        "&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00"},
       "k/us-west-2/dynamodb"},
  };
  for (const Row& row : rows) {
    const auto identity = ask(row.asked);
    ASSERT_TRUE(identity.has_value()) << row.name << ": " << identity.error().message;
    EXPECT_EQ(identity->access_key_id + "/" + identity->region + "/" + identity->service, row.want) << row.name;
  }
}

TEST(ReadIdentity, AServiceOfItsOwnHasAScopeOfItsOwn) {
  const auto ask_lambda = [](std::string_view service) {
    const std::string header = "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-2/" + std::string(service) +
                               "/aws4_request,SignedHeaders=host,Signature=00";
    return read_identity({.method = "GET",
                          .target = "/",
                          .headers = {{"Authorization", header}, {"X-Amz-Date", "20260101T000000Z"}},
                          .body = {}},
                         "lambda");
  };
  const auto identity = ask_lambda("lambda");
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->region, "eu-west-2");
  EXPECT_EQ(identity->service, "lambda");
  const auto other = ask_lambda("dynamodb");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kInvalidSignature);
  EXPECT_EQ(other.error().message, "Credential should be scoped to correct service: 'lambda'. ");
}

TEST(ReadIdentity, AnyDateHeaderWillDo) {
  const http::Request request{
      .method = "POST",
      .target = "/",
      .headers = {{"authorization",
                   "AWS4-HMAC-SHA256 Credential=k/d/r/dynamodb/aws4_request,SignedHeaders=h,Signature=s"},
                  {"Date", "Thu, 01 Jan 2026 00:00:00 GMT"}},
      .body = {}};
  EXPECT_TRUE(read_identity(request).has_value());
}

TEST(ReadIdentity, RefusesWithDynamoDbsWords) {
  struct Row {
    std::string name;
    Asked asked;
    ErrorCode code;
    std::string message;
  };
  const std::string missing = "Request is missing Authentication Token";
  const std::string good = "AWS4-HMAC-SHA256 Credential=k/d/r/dynamodb/aws4_request,SignedHeaders=h,Signature=s";
  const std::vector<Row> rows{
      {"nothing", {""}, ErrorCode::kMissingAuthenticationToken, missing},
      {"another scheme", {"Basic abc"}, ErrorCode::kMissingAuthenticationToken, missing},
      {"AWS4 alone", {"AWS4"}, ErrorCode::kMissingAuthenticationToken, missing},
      {"header and query",
       {"X", "", "/?X-Amz-Algorithm"},
       ErrorCode::kInvalidSignature,
       "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
      {"no parts",
       {"AWS4-", ""},
       ErrorCode::kIncompleteSignature,
       "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
       "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a "
       "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-"},
      {"no signature",
       {"AWS4-HMAC-SHA256 Credential=a,SignedHeaders=b"},
       ErrorCode::kIncompleteSignature,
       "Authorization header requires 'Signature' parameter. "
       "Authorization=AWS4-HMAC-SHA256 Credential=a,SignedHeaders=b"},
      {"no date",
       {good, ""},
       ErrorCode::kIncompleteSignature,
       "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=" + good},
      {"no equal-sign",
       {"AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders"},
       ErrorCode::kIncompleteSignature,
       "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: "
       "'AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders'."},
      {"no text",
       {"AWS4-HMAC-SHA256 \xff"},
       ErrorCode::kIncompleteSignature,
       "'\xEF\xBF\xBD' not a valid key=value pair (missing equal-sign) in Authorization header: "
       "'AWS4-HMAC-SHA256 \xEF\xBF\xBD'."},
      {"form of the date",
       {good, "201"},
       ErrorCode::kIncompleteSignature,
       "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601"},
      {"algorithm",
       {"AWS4-HMAC-SHA25 Credential=a,SignedHeaders=b,Signature=c"},
       ErrorCode::kIncompleteSignature,
       "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). "},
      {"four pieces",
       {"AWS4-HMAC-SHA256 Credential=a/b/c/d,SignedHeaders=b,Signature=c"},
       ErrorCode::kIncompleteSignature,
       "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'"},
      {"six pieces",
       {"AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f,SignedHeaders=b,Signature=c"},
       ErrorCode::kIncompleteSignature,
       "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
       "'a/b/c/d/e/f'"},
      {"scope",
       {"AWS4-HMAC-SHA256 Credential=a/b/c c/d/e,SignedHeaders=b,Signature=c"},
       ErrorCode::kInvalidSignature,
       "Credential should be scoped to a valid region, not 'c c'. "
       "Credential should be scoped to correct service: 'dynamodb'. "
       "Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. "},
      {"presigned without most",
       {"", "", "/?a=b&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z"},
       ErrorCode::kIncompleteSignature,
       "AWS query-string parameters must include 'X-Amz-Credential'. "
       "AWS query-string parameters must include 'X-Amz-Signature'. "
       "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."},
  };
  for (const Row& row : rows) {
    const auto identity = ask(row.asked);
    ASSERT_FALSE(identity.has_value()) << row.name;
    EXPECT_EQ(identity.error().code, row.code) << row.name;
    EXPECT_EQ(identity.error().message, row.message) << row.name;
  }
}

}  // namespace
}  // namespace stator::auth
