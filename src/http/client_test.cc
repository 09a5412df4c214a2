#include "http/client.h"

#include <atomic>
#include <functional>
#include <latch>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace stator::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

// Longer than any test runs.
constexpr milliseconds kLong = std::chrono::hours(1);

// A listening socket of 127.0.0.1, and what each of its connections does, one after the other, on a thread.
class Peer {
 public:
  using Script = std::function<void(int connection, int turn)>;

  explicit Peer(Script script, int connections = 1, int backlog = 16) {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), backlog), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (!script) return;
    thread_ = std::jthread([this, script = std::move(script), connections] {
      for (int turn = 0; turn < connections; ++turn) {
        const Descriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!connection) return;
        ++accepted;
        script(connection.get(), turn);
      }
    });
  }
  ~Peer() { ::shutdown(listener_.get(), SHUT_RDWR); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] HttpUrl url() const { return *parse_http_url("http://127.0.0.1:" + std::to_string(port_)); }

  std::atomic<int> accepted = 0;

 private:
  Descriptor listener_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

// A request with its body; empty at the end of the connection.
std::string read_request(int connection) {
  std::string text;
  for (;;) {
    if (const std::size_t end = text.find("\r\n\r\n"); end != std::string::npos) {
      const std::size_t length = text.find("Content-Length: ");
      if (text.size() >= end + 4 + std::stoul(text.substr(length + 16))) return text;
    }
    std::array<char, 65536> part{};
    const ssize_t got = ::recv(connection, part.data(), part.size(), 0);
    if (got <= 0) return {};
    text.append(part.data(), static_cast<std::size_t>(got));
  }
}

void send_text(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

Peer::Script answering(std::string answer) {
  return [answer = std::move(answer)](int connection, int) {
    read_request(connection);
    send_text(connection, answer);
  };
}

std::expected<ClientAnswer, ClientFailure> post(const HttpUrl& url, std::string_view body = "{}",
                                                milliseconds timeout = kLong, const std::stop_token& stop = {}) {
  Client client(url, 1);
  return client.post({.target = "/", .body = body}, timeout, stop);
}

TEST(Client, SendsWhatItIsGiven) {
  std::string seen;
  HttpUrl url;
  {
    const Peer peer([&](int connection, int) {
      seen = read_request(connection);
      send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    url = peer.url();
    Client client(url, 1);
    const auto answer = client.post(
        {.target = "/a?b", .headers = {{"Content-Type", "application/json"}}, .body = "{\"a\":1}"}, kLong, {});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
  }
  EXPECT_EQ(seen, "POST /a?b HTTP/1.1\r\nHost: " + url.authority() +
                      "\r\nUser-Agent: stator\r\nContent-Length: 7\r\nContent-Type: application/json\r\n\r\n{\"a\":1}");
}

TEST(Client, Answers) {
  struct Row {
    std::string name;
    std::string sent;
    int status;
    std::string body;
  };
  for (const Row& row : std::vector<Row>{
           {"length", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", 200, "null"},
           {"chunks", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nnu\r\n2;x=y\r\nll\r\n0\r\n\r\n",
            201, "null"},
           {"until the end", "HTTP/1.0 200 OK\r\n\r\nnull", 200, "null"},
           {"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
           {"after an interim one",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1",
            200, "1"},
           {"redirection", "HTTP/1.1 301 Moved\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n", 301, ""},
           {"failure", "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", 500, "no"},
       }) {
    const Peer peer(answering(row.sent));
    const auto answer = post(peer.url());
    ASSERT_TRUE(answer.has_value()) << row.name << ": " << answer.error().message;
    EXPECT_EQ(answer->status, row.status) << row.name;
    EXPECT_EQ(answer->body, row.body) << row.name;
  }
}

TEST(Client, HeadersInAnyCase) {
  const Peer peer(answering("HTTP/1.1 200 OK\r\nx-amz-function-error: Unhandled\r\nContent-Length: 0\r\n\r\n"));
  const auto answer = post(peer.url());
  ASSERT_TRUE(answer.has_value());
  ASSERT_NE(answer->header("X-Amz-Function-Error"), nullptr);
  EXPECT_EQ(*answer->header("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(answer->header("X-Other"), nullptr);
}

TEST(Client, WrongAnswers) {
  struct Row {
    std::string name;
    std::string sent;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"none", "", "without an answer"},
           {"cut off head", "HTTP/1.1 200 OK\r\n", "in the middle of the answer"},
           {"cut off body", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnu", "in the middle of the answer"},
           {"cut off chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nnu\r\n",
            "in the middle of the answer"},
           {"other protocol", "SSH-2.0-OpenSSH_9.2\r\n", "is no HTTP"},
           {"endless head", "HTTP/1.1 200 OK\r\nX: " + std::string(2 * kMaxAnswerHeadBytes, 'x'), "is no HTTP"},
           {"large body", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "is longer than 6291456 bytes"},
           {"large body to the end", "HTTP/1.0 200 OK\r\n\r\n" + std::string(kMaxAnswerBytes + 1, 'x'),
            "is longer than 6291456 bytes"},
       }) {
    const Peer peer(answering(row.sent));
    const auto answer = post(peer.url());
    ASSERT_FALSE(answer.has_value()) << row.name;
    EXPECT_EQ(answer.error().problem, ClientProblem::kBroken) << row.name;
    EXPECT_THAT(answer.error().message, HasSubstr(row.want)) << row.name;
  }
}

TEST(Client, LargestBodies) {
  const std::string large(kMaxAnswerBytes, 'x');
  std::size_t seen = 0;
  {
    const Peer peer([&](int connection, int) {
      seen = read_request(connection).size();
      send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large);
    });
    const auto answer = post(peer.url(), large);
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->body, large);
  }
  EXPECT_GT(seen, large.size());
}

TEST(Client, AnswerBeforeTheRequestIsWhole) {
  std::stop_source done;
  const Peer peer([&](int connection, int) {
    send_text(connection, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    // Reads nothing until the client is gone.
    while (!done.stop_requested()) std::this_thread::yield();
  });
  const auto answer = post(peer.url(), std::string(std::size_t{32} << 20, 'x'));
  done.request_stop();
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
}

TEST(Client, ConnectionIsKept) {
  Peer peer([](int connection, int) {
    while (!read_request(connection).empty()) {
      send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull");
    }
  });
  Client client(peer.url(), 1);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.post({.target = "/", .body = "{}"}, kLong, {});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
  }
  EXPECT_EQ(peer.accepted, 1);
}

TEST(Client, ConnectionIsNotKeptIfTheServerSaysSo) {
  Peer peer(answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnull"), 3);
  Client client(peer.url(), 1);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.post({.target = "/", .body = "{}"}, kLong, {});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
  }
  EXPECT_EQ(peer.accepted, 3);
}

TEST(Client, StaleConnectionIsReplaced) {
  // Answers once, then closes when the next request comes, as a server does whose patience is just over.
  Peer peer(
      [](int connection, int) {
        read_request(connection);
        send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull");
        read_request(connection);
      },
      3);
  {
    Client client(peer.url(), 1);
    for (int i = 0; i < 3; ++i) {
      const auto answer = client.post({.target = "/", .body = "{}"}, kLong, {});
      ASSERT_TRUE(answer.has_value()) << answer.error().message;
    }
  }
  EXPECT_EQ(peer.accepted, 3);
}

TEST(Client, NothingIsSentOverAKeptConnectionOnceStopped) {
  std::string second;
  std::stop_source stop;
  {
    const Peer peer([&](int connection, int) {
      read_request(connection);
      send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      second = read_request(connection);
    });
    Client client(peer.url(), 1);
    ASSERT_TRUE(client.post({.target = "/", .body = "{}"}, kLong, stop.get_token()).has_value());
    stop.request_stop();
    const auto answer = client.post({.target = "/", .body = "{}"}, kLong, stop.get_token());
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().problem, ClientProblem::kStopped);
  }
  EXPECT_EQ(second, "");
}

TEST(Client, NothingIsSentTwiceThatWasAnsweredInPart) {
  Peer peer([](int connection, int) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull");
    read_request(connection);
    send_text(connection, "HTTP/1.1");
  });
  Client client(peer.url(), 1);
  ASSERT_TRUE(client.post({.target = "/", .body = "{}"}, kLong, {}).has_value());
  const auto answer = client.post({.target = "/", .body = "{}"}, kLong, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kBroken);
  EXPECT_EQ(peer.accepted, 1);
}

TEST(Client, AConnectionIdleForLongIsNotUsed) {
  Peer peer(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 2);
  Client client(peer.url(), 1, milliseconds(0));
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.post({.target = "/", .body = "{}"}, kLong, {});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
  }
  EXPECT_EQ(peer.accepted, 2);
}

TEST(Client, ConnectionsIdleForLongAreClosed) {
  std::latch closed(1);
  Peer peer([&](int connection, int) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    if (read_request(connection).empty()) closed.count_down();
  });
  Client client(peer.url(), 1, milliseconds(0));
  ASSERT_TRUE(client.post({.target = "/", .body = "{}"}, kLong, {}).has_value());
  EXPECT_FALSE(client.close_idle());
  closed.wait();
}

TEST(Client, OtherConnectionsAreKept) {
  Peer peer([](int connection, int) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    read_request(connection);
  });
  Client client(peer.url(), 1, kLong);
  EXPECT_FALSE(client.close_idle()) << "there is none";
  ASSERT_TRUE(client.post({.target = "/", .body = "{}"}, kLong, {}).has_value());
  EXPECT_TRUE(client.close_idle());
}

TEST(Client, ConnectionsThatTheServerHasClosedAreClosed) {
  Peer peer([](int connection, int) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  Client client(peer.url(), 1, kLong);
  ASSERT_TRUE(client.post({.target = "/", .body = "{}"}, kLong, {}).has_value());
  while (client.close_idle()) std::this_thread::yield();
}

TEST(Client, NobodyListens) {
  std::uint16_t port = 0;
  {
    const Peer peer(nullptr);
    port = peer.port();
  }
  const auto answer = post(*parse_http_url("http://127.0.0.1:" + std::to_string(port)));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kNotConnected);
  EXPECT_THAT(answer.error().message, HasSubstr("Connection refused"));
}

TEST(Client, UnknownHost) {
  const auto answer = post(*parse_http_url("http://nowhere.invalid:9000"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kNotConnected);
  EXPECT_THAT(answer.error().message, StartsWith("nowhere.invalid cannot be looked up: "));
}

TEST(Client, HostByName) {
  const Peer peer(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  const auto answer = post(*parse_http_url("http://localhost:" + std::to_string(peer.port())));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
}

TEST(Client, TimeIsOver) {
  const Peer peer([](int connection, int) {
    read_request(connection);
    read_request(connection);
  });
  const auto answer = post(peer.url(), "{}", milliseconds(5));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kTimedOut);
}

TEST(Client, StoppedWhileTheFunctionRuns) {
  std::stop_source stop;
  const Peer peer([&](int connection, int) {
    read_request(connection);
    stop.request_stop();
    read_request(connection);
  });
  const auto answer = post(peer.url(), "{}", kLong, stop.get_token());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kStopped);
}

TEST(Client, StoppedWhileItSends) {
  std::stop_source stop;
  std::stop_source done;
  const Peer peer([&](int, int) {
    stop.request_stop();
    while (!done.stop_requested()) std::this_thread::yield();
  });
  const auto answer = post(peer.url(), std::string(std::size_t{32} << 20, 'x'), kLong, stop.get_token());
  done.request_stop();
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kStopped);
}

TEST(Client, StoppedBefore) {
  std::stop_source stop;
  stop.request_stop();
  const Peer peer(nullptr);
  const auto answer = post(peer.url(), "{}", kLong, stop.get_token());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem, ClientProblem::kStopped);
}

}  // namespace
}  // namespace stator::http
