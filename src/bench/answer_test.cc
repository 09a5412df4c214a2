#include "bench/answer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::bench {
namespace {

struct Row {
  const char* name;
  std::string bytes;
  AnswerState state;
  int status = 0;
  const char* body = "";
  bool keeps_alive = true;
};

const std::vector<Row> kRows{
    {"length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", AnswerState::kComplete, 200, "{}"},
    {"lower case", "HTTP/1.1 400 Bad Request\r\ncontent-length:3\r\n\r\nabc", AnswerState::kComplete, 400, "abc"},
    {"no reason", "HTTP/1.1 204\r\nContent-Length: 0\r\n\r\n", AnswerState::kComplete, 204, ""},
    {"closing", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", AnswerState::kComplete, 200, "",
     false},
    {"old version", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", AnswerState::kComplete, 200, "x", false},
    {"old but alive", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx", AnswerState::kComplete,
     200, "x", true},
    {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
     AnswerState::kComplete, 200, "abc0123456789"},
    {"trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n",
     AnswerState::kComplete, 200, "a"},
    {"body cut", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", AnswerState::kIncomplete},
    {"chunk cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", AnswerState::kIncomplete},
    {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", AnswerState::kBroken},
    {"length is no number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", AnswerState::kBroken},
    {"chunk is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", AnswerState::kBroken},
};

void expect(const Row& row, const Answer& answer, AnswerState state, std::size_t piece) {
  EXPECT_EQ(state, row.state) << row.name << " in pieces of " << piece;
  if (state != AnswerState::kComplete) return;
  EXPECT_EQ(answer.status(), row.status) << row.name;
  EXPECT_EQ(answer.body(), row.body) << row.name << " in pieces of " << piece;
  EXPECT_EQ(answer.keeps_alive(), row.keeps_alive) << row.name;
}

TEST(Answer, HoweverItComesIn) {
  Answer answer;
  for (const Row& row : kRows) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, row.bytes.size()}) {
      answer.clear();
      AnswerState state = AnswerState::kIncomplete;
      for (std::size_t at = 0; at < row.bytes.size() && state == AnswerState::kIncomplete; at += piece) {
        state = answer.append(std::string_view(row.bytes).substr(at, piece));
      }
      expect(row, answer, state, piece);
    }
  }
}

TEST(Answer, UntilTheEndOfTheConnection) {
  Answer answer;
  EXPECT_EQ(answer.append("HTTP/1.1 200 OK\r\n\r\nabc"), AnswerState::kIncomplete);
  EXPECT_EQ(answer.append("def"), AnswerState::kIncomplete);
  EXPECT_EQ(answer.end(), AnswerState::kComplete);
  EXPECT_EQ(answer.body(), "abcdef");
  EXPECT_FALSE(answer.keeps_alive());
}

TEST(Answer, EndInTheMiddle) {
  Answer answer;
  EXPECT_EQ(answer.end(), AnswerState::kBroken);
  answer.clear();
  EXPECT_EQ(answer.append("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), AnswerState::kIncomplete);
  EXPECT_EQ(answer.end(), AnswerState::kBroken);
}

}  // namespace
}  // namespace stator::bench
