#include "http/response_head.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace stator::http {
namespace {

TEST(DateText, IsAsHttpHasIt) {
  struct Row {
    std::int64_t seconds;
    std::string want;
  };
  DateText date;
  for (const Row& row :
       {Row{0, "Thu, 01 Jan 1970 00:00:00 GMT"}, Row{784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        Row{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"}, Row{4102444799, "Thu, 31 Dec 2099 23:59:59 GMT"}}) {
    EXPECT_EQ(date.at(WallTime{std::chrono::seconds{row.seconds}}), row.want);
    EXPECT_EQ(date.at(WallTime{std::chrono::seconds{row.seconds} + std::chrono::microseconds{999'999}}), row.want);
  }
}

TEST(ResponseHead, CarriesDynamoDbsFields) {
  Response response{.status = 400, .headers = {}, .body = {}};
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  std::string out;
  append_response_head(out, response,
                       {.date = "Thu, 01 Jan 1970 00:00:00 GMT", .request_id = "ID", .content_length = 2, .crc32 = 7});
  EXPECT_EQ(out,
            "HTTP/1.1 400 Bad Request\r\nServer: Server\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            "Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\nConnection: keep-alive\r\n"
            "x-amzn-RequestId: ID\r\nx-amz-crc32: 7\r\nAccess-Control-Allow-Origin: *\r\n\r\n");
}

TEST(ResponseHead, NamesTheCodingAndTheEnd) {
  std::string out;
  append_response_head(
      out, Response{.status = 200, .content_type = "text/plain", .headers = {}, .body = {}},
      {.date = "D", .request_id = {}, .content_length = 1, .crc32 = 1, .coding = Coding::kGzip, .keep_alive = false});
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nServer: Server\r\nDate: D\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
            "Content-Length: 1\r\nConnection: close\r\nx-amz-crc32: 1\r\n\r\n");
}

}  // namespace
}  // namespace stator::http
