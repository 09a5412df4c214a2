#include "http/chunked.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::http {
namespace {

using State = ChunkedDecoder::State;

struct Decoded {
  State state = State::kNeedMore;
  std::string body;
  std::string rest;
};

// Feeds `coded` in pieces of `step` bytes.
Decoded decode(std::string_view coded, std::size_t step, std::size_t max_body = 100, std::size_t max_line = 40) {
  ChunkedDecoder decoder(max_body, max_line);
  Decoded decoded;
  while (decoded.state == State::kNeedMore && !coded.empty()) {
    std::string_view piece = coded.substr(0, step);
    const std::size_t before = piece.size();
    decoded.state = decoder.decode(piece, decoded.body);
    coded.remove_prefix(before - piece.size());
  }
  decoded.rest = coded;
  return decoded;
}

TEST(ChunkedDecoder, SameResultForEverySplit) {
  struct Row {
    std::string name;
    std::string coded;
    State state;
    std::string body;
    std::string rest;
  };
  const std::vector<Row> rows{
      {"empty body", "0\r\n\r\n", State::kComplete, "", ""},
      {"one chunk", "5\r\nhello\r\n0\r\n\r\n", State::kComplete, "hello", ""},
      {"two chunks, next request", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET", State::kComplete, "hello world", "GET"},
      {"hexadecimal, both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", State::kComplete,
       "01234567890123456789", ""},
      {"leading zeros", "0005\r\nhello\r\n000\r\n\r\n", State::kComplete, "hello", ""},
      {"extension", "5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n", State::kComplete, "hello", ""},
      {"space before an extension", "5 ;a\r\nhello\r\n0\r\n\r\n", State::kComplete, "hello", ""},
      {"trailer", "5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\nrest", State::kComplete, "hello", "rest"},
      {"CRLF inside data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", State::kComplete, "\r\n\r\n", ""},
      {"cut short", "5\r\nhel", State::kNeedMore, "hel", ""},
  };
  for (const Row& row : rows) {
    for (std::size_t step = 1; step <= row.coded.size(); ++step) {
      const Decoded decoded = decode(row.coded, step);
      EXPECT_EQ(decoded.state, row.state) << row.name << " by " << step;
      EXPECT_EQ(decoded.body, row.body) << row.name << " by " << step;
      EXPECT_EQ(decoded.rest, row.rest) << row.name << " by " << step;
    }
  }
}

TEST(ChunkedDecoder, Refuses) {
  struct Row {
    std::string name;
    std::string coded;
    State state;
  };
  const std::vector<Row> rows{
      {"no size", "\r\nhello", State::kBad},
      {"size that is no number", "g\r\n", State::kBad},
      {"negative size", "-1\r\n", State::kBad},
      {"0x", "0x5\r\nhello\r\n", State::kBad},
      {"extension without size", ";a\r\n", State::kBad},
      {"bare line feed after the size", "5\nhello\r\n0\r\n\r\n", State::kBad},
      {"carriage return alone after the size", "5\rhello", State::kBad},
      {"bare line feed after data", "5\r\nhello\n0\r\n\r\n", State::kBad},
      {"data longer than its size", "5\r\nhellooo\r\n0\r\n\r\n", State::kBad},
      {"data shorter than its size", "5\r\nhel\r\n0\r\n\r\n", State::kBad},
      {"control character in an extension", "5;a\x01\r\nhello\r\n", State::kBad},
      {"line feed in an extension", "5;a\n0\r\n\r\n", State::kBad},
      {"bare line feed in the trailer", "0\r\nA: b\n\r\n", State::kBad},
      {"endless size", std::string(60, '0'), State::kBad},
      {"endless extension", "5;" + std::string(60, 'a'), State::kBad},
      {"endless trailer", "0\r\n" + std::string(20, 'a') + "\r\n" + std::string(20, 'b') + "\r\n", State::kBad},
      {"chunk above the limit", "65\r\n", State::kTooLarge},
      {"sum above the limit", "64\r\n" + std::string(100, 'x') + "\r\n1\r\n", State::kTooLarge},
      {"size past 64 bits", "10000000000000005\r\nhello", State::kTooLarge},
  };
  for (const Row& row : rows) {
    for (std::size_t step = 1; step <= row.coded.size(); ++step) {
      EXPECT_EQ(decode(row.coded, step).state, row.state) << row.name << " by " << step;
    }
  }
}

TEST(ChunkedDecoder, ExactlyTheLimitPasses) {
  const Decoded decoded = decode("64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n", 7);
  EXPECT_EQ(decoded.state, State::kComplete);
  EXPECT_EQ(decoded.body.size(), 100U);
}

}  // namespace
}  // namespace stator::http
