#include "http/server.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/encoding.h"
#include "http/raw_client.h"

namespace stator::http {
namespace {

using namespace std::chrono_literals;

const std::string kGet = "GET /g HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get(std::string_view target) { return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", target); }

std::string post(std::string_view body, std::string_view extra = "") {
  return fmt::format("POST /p HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}", extra, body.size(), body);
}

// Answers "<method> <target> <body>".
void echo(const Request& request, Responder respond) {
  respond(Response{
      .status = 200, .headers = {}, .body = fmt::format("{} {} {}", request.method, request.target, request.body)});
}

// Keeps the responders of the requests that come, for a test to answer.
class Held {
 public:
  Server::Handler handler() {
    return [this](const Request&, Responder respond) {
      const std::lock_guard lock(mutex_);
      responders_.push_back(std::move(respond));
      came_.notify_all();
    };
  }
  Responder take() {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, 10s, [this] { return !responders_.empty(); })) return [](const Response&) {};
    Responder responder = std::move(responders_.front());
    responders_.erase(responders_.begin());
    return responder;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Responder> responders_;
};

Response text(std::string body) { return Response{.status = 200, .headers = {}, .body = std::move(body)}; }

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options_.port = 0;
    options_.loops = 2;
    options_.max_body_bytes = 1 << 20;
    options_.request_id = [] { return std::string("ID"); };
  }

  Server& start(Server::Handler handler) {
    auto server = Server::listen(options_, std::move(handler), clock_);
    EXPECT_TRUE(server.has_value());
    server_ = *std::move(server);
    server_->start();
    return *server_;
  }
  std::uint16_t port() const { return server_->port(); }

  // Waits for a condition that the server's threads bring about.
  template <class Condition>
  bool eventually(Condition condition) {
    for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }

  SystemClock clock_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

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

TEST_F(ServerTest, AnswersToWhomReadsSlowlyArriveWhole) {
  start([](const Request&, Responder respond) { respond(text(std::string(100'000, 'x'))); });
  RawClient client(port(), 4096);
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += kGet;
  client.send(requests);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.receive().body.size(), 100'000U) << i;
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

TEST_F(ServerTest, ClientThatOnlyFinishedSendingIsAnswered) {
  start(echo);
  RawClient client(port());
  client.send(post("hello"));
  client.finish_sending();
  EXPECT_EQ(client.receive().body, "POST /p hello");
  EXPECT_TRUE(client.closed_by_server());
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

TEST_F(ServerTest, DroppedResponderAnswers500) {
  start([](const Request&, Responder respond) { respond = nullptr; });
  RawClient client(port());
  EXPECT_EQ(client.exchange(kGet).status, 500);
  EXPECT_TRUE(client.closed_by_server());
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
