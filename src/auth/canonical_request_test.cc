#include "auth/canonical_request.h"

#include <gtest/gtest.h>

namespace stator::auth {
namespace {

struct Row {
  std::string_view given;
  std::string_view want;
};

TEST(CanonicalRequest, Paths) {
  const Row rows[] = {
      {"/", "/"},
      {"", "/"},
      {"/a/b", "/a/b"},
      {"/a/b/", "/a/b/"},
      {"//a///b//", "/a/b/"},
      {"/a/./b", "/a/b"},
      {"/a/../b", "/b"},
      {"/../../a", "/a"},
      {"/a/..", "/"},
      {"/a/b/..", "/a"},
      {"/a%2Fb", "/a%252Fb"},
      {"/a b", "/a%20b"},
      {"/~-._", "/~-._"},
      {"/\xff", "/%FF"},
  };
  for (const Row& row : rows) {
    std::string out;
    append_canonical_path(out, row.given);
    EXPECT_EQ(out, row.want) << row.given;
  }
}

TEST(CanonicalRequest, Queries) {
  const Row rows[] = {
      {"", ""},
      {"a", "a="},
      {"b=2&a=1", "a=1&b=2"},
      {"a=2&a=10&a=", "a=&a=10&a=2"},
      {"a-b=1&a=2", "a=2&a-b=1"},
      {"&&a=b&", "a=b"},
      {"a=b=c", "a=b%3Dc"},
      {"a=%7e%2f%41", "a=~%2FA"},
      {"a+b=c%2Bd", "a%20b=c%2Bd"},
      {"X-Amz-Signature=1&a=b&X-Amz-Signature=2&X%2DAmz-Signature=3", "a=b"},
      {"x-amz-signature=1", "x-amz-signature=1"},
      {"=v", "=v"},
      {"a=%zz", "a=%25zz"},
  };
  for (const Row& row : rows) {
    std::string out;
    append_canonical_query(out, row.given);
    EXPECT_EQ(out, row.want) << row.given;
  }
}

TEST(CanonicalRequest, Headers) {
  const http::Request request{.method = "POST",
                              .target = "/",
                              .headers = {{"Host", "a"}, {"X-B", "1  2   3"}, {"x-b", "4"}, {"Empty", ""}},
                              .body = {}};
  const Row rows[] = {
      {"host", "host:a\n"},
      {"HOST", "host:a\n"},
      {"host;x-b", "host:a\nx-b:1 2 3,4\n"},
      {"empty;absent", "empty:\nabsent:\n"},
      {"", ""},
  };
  for (const Row& row : rows) {
    std::string out;
    append_canonical_headers(out, request, row.given);
    EXPECT_EQ(out, row.want) << row.given;
  }
}

TEST(CanonicalRequest, Whole) {
  const http::Request request{
      .method = "POST", .target = "/a?c=d&a=b", .headers = {{"Host", "h"}, {"X-Amz-Date", "t"}}, .body = "abc"};
  EXPECT_EQ(canonical_request(request, "Host;x-amz-date"),
            "POST\n/a\na=b&c=d\nhost:h\nx-amz-date:t\n\nhost;x-amz-date\n"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace stator::auth
