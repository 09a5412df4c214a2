// A server on a free port with handlers to try it with, for tests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace stator::http {

using namespace std::chrono_literals;

inline const std::string kGet = "GET /g HTTP/1.1\r\nHost: a\r\n\r\n";

inline std::string get(std::string_view target) { return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", target); }

inline std::string post(std::string_view body, std::string_view extra = "") {
  return fmt::format("POST /p HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}", extra, body.size(), body);
}

// Answers "<method> <target> <body>".
inline void echo(const Request& request, Responder respond) {
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

inline Response text(std::string body) { return Response{.status = 200, .headers = {}, .body = std::move(body)}; }

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

}  // namespace stator::http
