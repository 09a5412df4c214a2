#include "http/request_head.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::http {
namespace {

struct Parsed {
  bool ok = false;
  Request request;
  Framing framing;
};

Parsed parse(std::string_view head) {
  Parsed parsed;
  parsed.ok = parse_request_head(head, parsed.request, parsed.framing);
  return parsed;
}

TEST(RequestHead, ReadsLineAndFields) {
  const std::string head =
      "POST /a?b=c HTTP/1.1\r\nHost: db:8000\r\nX-Amz-Target:DynamoDB_20120810.GetItem\r\nEmpty:\r\n"
      "Padded: \t two words \t\r\nContent-Length: 17\r\n\r\n";
  const Parsed parsed = parse(head);
  ASSERT_TRUE(parsed.ok);
  EXPECT_EQ(parsed.request.method, "POST");
  EXPECT_EQ(parsed.request.target, "/a?b=c");
  EXPECT_EQ(parsed.request.header("host"), "db:8000");
  EXPECT_EQ(parsed.request.header("x-amz-target"), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(parsed.request.header("Padded"), "two words");
  EXPECT_TRUE(parsed.request.has_header("empty"));
  EXPECT_FALSE(parsed.request.has_header("absent"));
  EXPECT_EQ(parsed.framing.content_length, 17U);
  EXPECT_FALSE(parsed.framing.chunked);
}

TEST(RequestHead, RefusesWhatTwoReadersCouldReadDifferently) {
  struct Row {
    std::string name;
    std::string head;
  };
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::vector<Row> rows{
      {"bare line feed after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
      {"bare line feed after a field", get + "A: b\n\r\n"},
      {"bare carriage return in a value", get + "A: b\rc\r\n\r\n"},
      {"NUL in a value", get + std::string("A: b\0c\r\n\r\n", 10)},
      {"DEL in a value", get + "A: b\x7f\r\n\r\n"},
      {"folded line", get + "A: b\r\n c\r\n\r\n"},
      {"space before the colon", get + "Content-Length : 5\r\n\r\n"},
      {"tab before the colon", get + "Transfer-Encoding\t: chunked\r\n\r\n"},
      {"no colon", get + "Transfer-Encoding chunked\r\n\r\n"},
      {"empty name", get + ": b\r\n\r\n"},
      {"name that is no token", get + "A(b): c\r\n\r\n"},
      {"name outside ASCII", get + "\xc3\xa9: c\r\n\r\n"},
      {"two lengths", get + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"},
      {"the same length twice", get + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"},
      {"list of lengths", get + "Content-Length: 5, 5\r\n\r\n"},
      {"signed length", get + "Content-Length: +5\r\n\r\n"},
      {"negative length", get + "Content-Length: -5\r\n\r\n"},
      {"hexadecimal length", get + "Content-Length: 0x5\r\n\r\n"},
      {"empty length", get + "Content-Length:\r\n\r\n"},
      {"length with a fraction", get + "Content-Length: 5.0\r\n\r\n"},
      {"length past 64 bits", get + "Content-Length: 18446744073709551617\r\n\r\n"},
      {"length and chunked", get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"chunked and length", get + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"},
      {"another coding", get + "Transfer-Encoding: gzip\r\n\r\n"},
      {"identity coding", get + "Transfer-Encoding: identity\r\n\r\n"},
      {"gzip before chunked", get + "Transfer-Encoding: gzip, chunked\r\n\r\n"},
      {"chunked twice in a field", get + "Transfer-Encoding: chunked, chunked\r\n\r\n"},
      {"chunked in two fields", get + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"coding that looks like chunked", get + "Transfer-Encoding: xchunked\r\n\r\n"},
      {"coding in quotes", get + "Transfer-Encoding: \"chunked\"\r\n\r\n"},
      {"vertical tab before chunked", get + "Transfer-Encoding: \vchunked\r\n\r\n"},
      {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n"},
      {"two Hosts", get + "Host: b\r\n\r\n"},
      {"unknown expectation", get + "Expect: 200-ok\r\n\r\n"},
      {"HTTP/2", "PRI * HTTP/2.0\r\nHost: a\r\n\r\n"},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
      {"version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n"},
      {"no version", "GET /\r\nHost: a\r\n\r\n"},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
      {"space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"tab for a space", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"target that is no path", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"control character in the target", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
      {"cut short", "GET / HTTP/1.1\r\nHost: a\r\n"},
      {"empty", ""},
  };
  for (const Row& row : rows) EXPECT_FALSE(parse(row.head).ok) << row.name;
}

TEST(RequestHead, Framing) {
  struct Row {
    std::string name;
    std::string head;
    bool keep_alive = true;
    bool chunked = false;
    bool expects_continue = false;
  };
  const std::vector<Row> rows{
      {"1.1 keeps alive", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"1.1 close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", false},
      {"1.1 close in a list", "GET / HTTP/1.1\r\nHost: a\r\nConnection: te, close\r\n\r\n", false},
      {"close wins", "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
      {"1.0 closes", "GET / HTTP/1.0\r\n\r\n", false},
      {"1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
      {"chunked", "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding:  CHUNKED \r\n\r\n", true, true},
      {"expect", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n", true, false, true},
      {"1.0 expects nothing", "POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", false, false, false},
      {"absolute target", "GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"bytes above ASCII in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: \xc3\xa9\r\n\r\n"},
  };
  for (const Row& row : rows) {
    const Parsed parsed = parse(row.head);
    ASSERT_TRUE(parsed.ok) << row.name;
    EXPECT_EQ(parsed.framing.keep_alive, row.keep_alive) << row.name;
    EXPECT_EQ(parsed.framing.chunked, row.chunked) << row.name;
    EXPECT_EQ(parsed.framing.expects_continue, row.expects_continue) << row.name;
  }
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesArrive) {
  const std::string bytes = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
  const std::size_t begin = 4;
  const std::size_t end = bytes.size() - 4;
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    HeadScanner scanner;
    auto state = HeadScanner::State::kNeedMore;
    std::size_t arrived = 0;
    while (state == HeadScanner::State::kNeedMore && arrived < bytes.size()) {
      arrived = std::min(arrived + step, bytes.size());
      state = scanner.scan(std::string_view(bytes).substr(0, arrived));
    }
    ASSERT_EQ(state, HeadScanner::State::kComplete) << step;
    EXPECT_EQ(scanner.begin(), begin) << step;
    EXPECT_EQ(scanner.end(), end) << step;
  }
}

TEST(HeadScanner, RefusesABareLineFeedAtOnce) {
  EXPECT_EQ(HeadScanner().scan("GET / HTTP/1.1\n"), HeadScanner::State::kBad);
  EXPECT_EQ(HeadScanner().scan("\n"), HeadScanner::State::kBad);
  EXPECT_EQ(HeadScanner().scan("GET / HTTP/1.1\r\n\n"), HeadScanner::State::kBad);
}

}  // namespace
}  // namespace stator::http
