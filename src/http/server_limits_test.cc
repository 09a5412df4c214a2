// Clients that send too much, too slowly or only half; and the end of a server.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/encoding.h"
#include "http/server.h"
#include "http/server_fixture.h"

namespace stator::http {
namespace {

TEST_F(ServerTest, RefusesAndCloses) {
  start(echo);
  struct Row {
    std::string name;
    std::string request;
    int want;
  };
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::vector<Row> rows{
      {"garbage", "hello\r\n\r\n", 400},
      {"head too long", "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(20'000, 'x') + "\r\n\r\n", 400},
      {"request line too long", "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"body too large", post(std::string((1 << 20) + 1, 'x')), 413},
      {"body far too large", post(std::string(17 << 20, 'x')), 413},
      {"chunks too large", chunked + "100001\r\n" + std::string((1 << 20) + 1, 'x') + "\r\n0\r\n\r\n", 413},
      {"unpacks too large", post(pack(Coding::kGzip, std::string(2 << 20, 'x')), "Content-Encoding: gzip\r\n"), 413},
      {"not gzip", post("hello", "Content-Encoding: gzip\r\n"), 500},
      {"bad chunk", chunked + "x\r\n", 400},
  };
  for (const Row& row : rows) {
    RawClient client(port());
    const RawAnswer answer = client.exchange(row.request);
    EXPECT_EQ(answer.status, row.want) << row.name;
    EXPECT_EQ(answer.header("Connection"), "close") << row.name;
    EXPECT_EQ(answer.header("x-amzn-RequestId"), "ID") << row.name;
    EXPECT_EQ(answer.body, "") << row.name;
    EXPECT_TRUE(client.closed_by_server()) << row.name;
  }
  EXPECT_EQ(server_->stats().bad_requests, rows.size());
  EXPECT_EQ(RawClient(port()).exchange(kGet).status, 200);
}

TEST_F(ServerTest, ExactlyTheLimitsPass) {
  start(echo);
  RawClient client(port());
  const std::string line = "GET /g HTTP/1.1\r\nHost: a\r\nA: ";
  EXPECT_EQ(client.exchange(line + std::string(16 * 1024 - line.size() - 4, 'x') + "\r\n\r\n").status, 200);
  EXPECT_EQ(client.exchange(post(std::string(1 << 20, 'x'))).status, 200);
}

// Sends a byte now and then until the server has enough of it.
void drip(RawClient& client, std::string_view bytes) {
  for (const char c : bytes) {
    if (!client.send({&c, 1})) return;
    std::this_thread::sleep_for(20ms);
  }
}

TEST_F(ServerTest, SlowHeadIsCutOff) {
  options_.head_timeout = 400ms;
  start(echo);
  RawClient client(port());
  drip(client, get("/" + std::string(100, 'x')));
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server_->stats().bad_requests, 1U);
}

TEST_F(ServerTest, SlowBodyIsCutOff) {
  options_.body_timeout = 400ms;
  start(echo);
  RawClient client(port());
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  drip(client, std::string(100, 'x'));
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, IdleConnectionsAreClosed) {
  options_.idle_timeout = 300ms;
  start(echo);
  RawClient fresh(port());
  RawClient used(port());
  EXPECT_EQ(used.exchange(kGet).status, 200);
  EXPECT_TRUE(fresh.closed_by_server());
  EXPECT_TRUE(used.closed_by_server());
  EXPECT_TRUE(eventually([&] { return server_->stats().connections_open == 0; }));
}

TEST_F(ServerTest, SlowHandlersAreNotTimedOut) {
  options_.head_timeout = options_.body_timeout = options_.idle_timeout = options_.write_timeout = 300ms;
  Held held;
  start(held.handler());
  RawClient client(port());
  client.send(kGet);
  Responder respond = held.take();
  std::this_thread::sleep_for(900ms);
  respond(text("late"));
  EXPECT_EQ(client.receive().body, "late");
}

TEST_F(ServerTest, ClientThatDoesNotReadIsClosed) {
  options_.write_timeout = 400ms;
  start([](const Request&, Responder respond) { respond(text(std::string(32 << 20, 'x'))); });
  RawClient client(port(), 4096);
  client.send(kGet);
  EXPECT_TRUE(eventually([&] { return server_->stats().requests == 1; }));
  EXPECT_TRUE(eventually([&] { return server_->stats().connections_open == 0; }));
}

TEST_F(ServerTest, HalfRequestsLeaveNothingBehind) {
  start(echo);
  const std::string request = post("hello");
  for (std::size_t n = 0; n < request.size(); ++n) {
    RawClient client(port());
    client.send(std::string_view(request).substr(0, n));
    client.finish_sending();
    EXPECT_TRUE(client.closed_by_server()) << n;
  }
  EXPECT_TRUE(eventually([&] { return server_->stats().connections_open == 0; }));
  EXPECT_EQ(server_->stats().requests, 0U);
}

TEST_F(ServerTest, RefusesConnectionsPastTheLimit) {
  options_.max_connections = 2;
  start(echo);
  RawClient first(port());
  EXPECT_EQ(first.exchange(kGet).status, 200);
  {
    RawClient second(port());
    EXPECT_EQ(second.exchange(kGet).status, 200);
    RawClient third(port());
    EXPECT_TRUE(third.closed_by_server());
    EXPECT_EQ(first.exchange(kGet).status, 200);
  }
  EXPECT_TRUE(eventually([&] { return server_->stats().connections_open == 1; }));
  EXPECT_EQ(RawClient(port()).exchange(kGet).status, 200);
  EXPECT_EQ(server_->stats().connections_refused, 1U);
}

TEST_F(ServerTest, BodiesOfAllConnectionsHaveOneLimit) {
  options_.max_buffered_bytes = 1'000'000;
  Held held;
  start(held.handler());
  const std::string large = post(std::string(600'000, 'x'));
  RawClient first(port());
  first.send(large);
  Responder respond = held.take();
  EXPECT_EQ(server_->stats().buffered_bytes, 600'000U);

  RawClient second(port());
  const RawAnswer refusal = second.exchange(large);
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.header("Connection"), "close");
  RawClient small(port());
  small.send(post(std::string(10'000, 'x')));
  held.take()(text("small"));
  EXPECT_EQ(small.receive().body, "small");

  respond(text("large"));
  EXPECT_EQ(first.receive().body, "large");
  RawClient third(port());
  third.send(large);
  respond = held.take();
  // The handler still has the request of a connection that is gone, so its memory still counts.
  third.close();
  EXPECT_TRUE(eventually([&] { return server_->stats().buffered_bytes == 600'000; }));
  respond(text("to nobody"));
  EXPECT_TRUE(eventually([&] { return server_->stats().buffered_bytes == 0; }));
}

TEST_F(ServerTest, DrainFinishesWhatRuns) {
  Held held;
  start(held.handler());
  RawClient idle(port());
  RawClient busy(port());
  busy.send(kGet);
  Responder respond = held.take();
  std::jthread drainer([&] { server_->drain(20s); });
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(eventually([&] { return !RawClient(port()).connected(); }));
  respond(text("finished"));
  const RawAnswer answer = busy.receive();
  EXPECT_EQ(answer.body, "finished");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(busy.closed_by_server());
  drainer.join();
  EXPECT_EQ(server_->stats().connections_open, 0U);
}

TEST_F(ServerTest, DrainWaitsForABodyUnderWay) {
  start(echo);
  RawClient client(port());
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.receive(true).status, 100);
  std::jthread drainer([&] { server_->drain(20s); });
  EXPECT_TRUE(eventually([&] { return !RawClient(port()).connected(); }));
  EXPECT_EQ(client.exchange("hello").body, "POST /p hello");
}

TEST_F(ServerTest, DrainClosesSlowReadersWhenTheyHaveReadAll) {
  const std::string body(8 << 20, 'x');
  start([&](const Request&, Responder respond) { respond(text(body)); });
  RawClient client(port(), 4096);
  client.send(kGet);
  EXPECT_TRUE(eventually([&] { return server_->stats().requests == 1; }));
  // The answer does not fit the socket's buffers, so the drain comes while it is written.
  std::jthread drainer([&] { server_->drain(60s); });
  EXPECT_TRUE(eventually([&] { return !RawClient(port()).connected(); }));
  const RawAnswer answer = client.receive();
  EXPECT_EQ(answer.body.size(), body.size());
  EXPECT_EQ(answer.header("Connection"), "keep-alive");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, DrainAnswersWhatCameWhileTheAnswerBeforeWasWritten) {
  const std::string body(8 << 20, 'x');
  start([&](const Request&, Responder respond) { respond(text(body)); });
  RawClient client(port(), 4096);
  client.send(kGet);
  EXPECT_TRUE(eventually([&] { return server_->stats().requests == 1; }));
  client.send(kGet);
  std::jthread drainer([&] { server_->drain(60s); });
  EXPECT_TRUE(eventually([&] { return !RawClient(port()).connected(); }));
  EXPECT_EQ(client.receive().body.size(), body.size());
  const RawAnswer last = client.receive();
  EXPECT_EQ(last.body.size(), body.size());
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, DrainGivesUpAfterItsPatience) {
  Held held;
  start(held.handler());
  RawClient client(port());
  client.send(kGet);
  Responder respond = held.take();
  server_->drain(50ms);
  EXPECT_TRUE(client.closed_by_server());
  respond(text("too late"));
}

TEST_F(ServerTest, RequestOutlivesItsConnectionAndServer) {
  std::string_view body;
  Responder kept;
  std::atomic<bool> came = false;
  start([&](const Request& request, Responder respond) {
    body = request.body;
    kept = std::move(respond);
    came = true;
  });
  RawClient(port()).send(post("hello"));
  EXPECT_TRUE(eventually([&] { return came.load(); }));
  server_.reset();
  EXPECT_EQ(body, "hello");
  kept(text("to nobody"));
}

TEST_F(ServerTest, PortInUseIsAnError) {
  start(echo);
  options_.port = port();
  const auto second = Server::listen(options_, echo, clock_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().message,
            fmt::format("cannot listen on 127.0.0.1:{}: Address already in use", options_.port));
}

TEST_F(ServerTest, UnknownHostIsAnError) {
  options_.host = "no-such-host.invalid";
  const auto server = Server::listen(options_, echo, clock_);
  ASSERT_FALSE(server.has_value());
  EXPECT_TRUE(server.error().message.starts_with("cannot find the address of host no-such-host.invalid: "));
}

}  // namespace
}  // namespace stator::http
