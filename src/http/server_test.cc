// Requests and answers over live connections.
#include "http/server.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/encoding.h"
#include "http/server_fixture.h"

namespace stator::http {
namespace {

TEST_F(ServerTest, KeepsAlive) {
  start(echo);
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    const RawAnswer answer = client.exchange(post("hello"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /p hello");
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
    EXPECT_EQ(answer.header("Server"), "Server");
    EXPECT_EQ(answer.header("Content-Type"), "application/x-amz-json-1.0");
    EXPECT_EQ(answer.header("x-amzn-RequestId"), "ID");
    EXPECT_EQ(answer.header("x-amz-crc32"), fmt::to_string(crc32_of(answer.body)));
    EXPECT_EQ(answer.header("Date").size(), 29U);
  }
  EXPECT_EQ(server_->stats().requests, 3U);
  EXPECT_EQ(server_->stats().connections_accepted, 1U);
}

TEST_F(ServerTest, ClosesWhenAsked) {
  start(echo);
  for (const std::string request :
       {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}) {
    RawClient client(port());
    const RawAnswer answer = client.exchange(request);
    EXPECT_EQ(answer.body, "GET / ");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.closed_by_server());
  }
  RawClient client(port());
  EXPECT_EQ(client.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"), "keep-alive");
  EXPECT_EQ(client.exchange(kGet).status, 200);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start(echo);
  RawClient client(port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get(fmt::format("/{}", i));
  std::thread sender([&] { client.send(requests); });
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.receive().body, fmt::format("GET /{} ", i));
  sender.join();
}

TEST_F(ServerTest, AnswersFromOtherThreadsInOrder) {
  Held held;
  start(held.handler());
  std::jthread answerer([&] {
    for (int i = 0; i < 200; ++i) held.take()(text(fmt::to_string(i)));
  });
  RawClient client(port());
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += kGet;
  client.send(requests);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.receive().body, fmt::to_string(i));
}

TEST_F(ServerTest, ManyConnectionsAnsweredByManyThreads) {
  Held held;
  start(held.handler());
  constexpr int kClients = 16;
  constexpr int kEach = 50;
  std::vector<std::jthread> answerers;
  std::atomic<int> left{kClients * kEach};
  for (int i = 0; i < 3; ++i) {
    answerers.emplace_back([&] {
      while (left.fetch_sub(1) > 0) held.take()(text("answer"));
    });
  }
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&] {
        RawClient client(port());
        for (int k = 0; k < kEach; ++k) good += client.exchange(kGet).body == "answer";
      });
    }
  }
  EXPECT_EQ(good, kClients * kEach);
}

TEST_F(ServerTest, LargeBodiesBothWays) {
  start(echo);
  RawClient client(port());
  const std::string body(1 << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    const RawAnswer answer = client.exchange(post(body));
    EXPECT_EQ(answer.body.size(), body.size() + 8);
    EXPECT_EQ(answer.header("x-amz-crc32"), fmt::to_string(crc32_of(answer.body)));
  }
}

TEST_F(ServerTest, PacksLargeAnswersOnRequest) {
  start([](const Request&, Responder respond) { respond(text(std::string(5000, 'x'))); });
  RawClient client(port());
  EXPECT_EQ(client.exchange(kGet).header("Content-Encoding"), "");
  const RawAnswer answer =
      client.exchange("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, deflate;q=0.5, gzip\r\n\r\n");
  EXPECT_EQ(answer.header("Content-Encoding"), "gzip");
  EXPECT_LT(answer.body.size(), 500U);
  EXPECT_EQ(answer.header("x-amz-crc32"), fmt::to_string(crc32_of(answer.body)));
  std::string unpacked;
  EXPECT_EQ(unpack("gzip", answer.body, 10'000, unpacked), Unpacked::kOk);
  EXPECT_EQ(unpacked, std::string(5000, 'x'));
}

TEST_F(ServerTest, SmallAnswersAreNotPacked) {
  start([](const Request&, Responder respond) { respond(text(std::string(4095, 'x'))); });
  RawClient client(port());
  EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n").body, std::string(4095, 'x'));
}

TEST_F(ServerTest, HeadHasNoBody) {
  start(echo);
  RawClient client(port());
  client.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n" + kGet);
  EXPECT_EQ(client.receive(true).header("Content-Length"), "8");
  EXPECT_EQ(client.receive().body, "GET /g ");
}

TEST_F(ServerTest, Expect100Continue) {
  start(echo);
  RawClient client(port());
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.receive(true).status, 100);
  EXPECT_EQ(client.exchange("hello").body, "POST /p hello");
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(ServerTest, AnswersToWhomReadsSlowlyArriveWhole) {
  start([](const Request&, Responder respond) { respond(text(std::string(100'000, 'x'))); });
  RawClient client(port(), 4096);
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += kGet;
  client.send(requests);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.receive().body.size(), 100'000U) << i;
}

TEST_F(ServerTest, ClientThatOnlyFinishedSendingIsAnswered) {
  start(echo);
  RawClient client(port());
  client.send(post("hello"));
  client.finish_sending();
  EXPECT_EQ(client.receive().body, "POST /p hello");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, DroppedResponderAnswers500) {
  start([](const Request&, Responder respond) { respond = nullptr; });
  RawClient client(port());
  EXPECT_EQ(client.exchange(kGet).status, 500);
  EXPECT_TRUE(client.closed_by_server());
}

}  // namespace
}  // namespace stator::http
