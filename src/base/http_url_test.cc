#include "base/http_url.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator {
namespace {

TEST(HttpUrl, Parts) {
  struct Row {
    std::string text;
    std::string host;
    std::uint16_t port;
    std::string target;
    std::string authority;
  };
  for (const Row& row : std::vector<Row>{
           {"http://localhost", "localhost", 80, "", "localhost"},
           {"HTTP://localhost:80", "localhost", 80, "", "localhost"},
           {"http://127.0.0.1:9000", "127.0.0.1", 9000, "", "127.0.0.1:9000"},
           {"http://127.0.0.1:9000/", "127.0.0.1", 9000, "/", "127.0.0.1:9000"},
           {"http://my_app.internal:1/a/b%20c?d=e&f", "my_app.internal", 1, "/a/b%20c?d=e&f", "my_app.internal:1"},
           {"http://host?x=1", "host", 80, "/?x=1", "host"},
           {"http://[::1]", "::1", 80, "", "[::1]"},
           {"http://[fe80::1]:65535/x", "fe80::1", 65535, "/x", "[fe80::1]:65535"},
       }) {
    const auto url = parse_http_url(row.text);
    ASSERT_TRUE(url.has_value()) << row.text << ": " << url.error().message;
    EXPECT_EQ(url->host, row.host) << row.text;
    EXPECT_EQ(url->port, row.port) << row.text;
    EXPECT_EQ(url->target, row.target) << row.text;
    EXPECT_EQ(url->authority(), row.authority) << row.text;
  }
}

TEST(HttpUrl, Refused) {
  struct Row {
    std::string text;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"", "is not a URL such as http://127.0.0.1:9000"},
           {"127.0.0.1:9000", "is not a URL such as"},
           {"ftp://host", "is not a URL such as"},
           {"https://host/path", "is https, which is not spoken here"},
           {"http://", "has a host that is not one"},
           {"http:///path", "has a host that is not one"},
           {"http://a host", "has a host that is not one"},
           {"http://::1", "has a host that is not one"},
           {"http://[::1", "has a host that is not one"},
           {"http://[host]:1", "has a host that is not one"},
           {"http://[::1]1", "has a port that is not one"},
           {"http://host:", "has a port that is not one"},
           {"http://host:0", "has a port that is not one"},
           {"http://host:65536", "has a port that is not one"},
           {"http://host:80x", "has a port that is not one"},
           {"http://user:password@host", "must not have a user name"},
           {"http://host/a b", "has characters in its path"},
           {"http://host/a\r\nX-Header: b", "has characters in its path"},
           {"http://host/\xC3\xA4", "has characters in its path"},
           {"http://host/#part", "has characters in its path"},
       }) {
    const auto url = parse_http_url(row.text);
    ASSERT_FALSE(url.has_value()) << row.text;
    EXPECT_EQ(url.error().code, ErrorCode::kValidation);
    EXPECT_THAT(url.error().message, testing::HasSubstr("'" + row.text + "' " + row.want)) << row.text;
  }
}

}  // namespace
}  // namespace stator
