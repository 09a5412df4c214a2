// An HTTP server of its own thread that notes what it is asked and answers one thing, or nothing.
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/descriptor.h"

namespace stator::lambda {

// Thread-safe. Several connections at a time.
class HttpPeer {
 public:
  // Answers 200 with a body.
  explicit HttpPeer(std::string body) : HttpPeer(std::optional(std::move(body)), [] {}) {}
  // Answers nothing, but tells of each request.
  explicit HttpPeer(std::function<void()> on_request = [] {}) : HttpPeer(std::nullopt, std::move(on_request)) {}
  ~HttpPeer() { ::eventfd_write(end_.get(), 1); }
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  struct Connection {
    Descriptor socket;
    std::string input;
  };

  HttpPeer(std::optional<std::string> body, std::function<void()> on_request)
      : body_(std::move(body)), on_request_(std::move(on_request)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_.get(), 64);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }

  void serve() {
    std::vector<Connection> connections;
    for (;;) {
      std::vector<pollfd> fds{{end_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
      for (const Connection& each : connections) fds.push_back({each.socket.get(), POLLIN, 0});
      ::poll(fds.data(), fds.size(), -1);
      if (fds[0].revents != 0) return;
      for (std::size_t i = connections.size(); i-- > 0;) {
        if (fds[i + 2].revents != 0 && !take(connections[i])) {
          connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
      if (fds[1].revents != 0) {
        connections.push_back({Descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)), {}});
      }
    }
  }

  bool take(Connection& connection) {
    std::array<char, 65536> part{};
    const ssize_t got = ::recv(connection.socket.get(), part.data(), part.size(), 0);
    if (got <= 0) return false;
    connection.input.append(part.data(), static_cast<std::size_t>(got));
    const std::size_t end = connection.input.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    const std::size_t length = connection.input.find("Content-Length: ") + 16;
    if (connection.input.size() < end + 4 + std::stoul(connection.input.substr(length))) return true;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::exchange(connection.input, {}));
    }
    on_request_();
    if (!body_) return true;
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_->size()) + "\r\n\r\n" + *body_;
    return ::send(connection.socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(answer.size());
  }

  const std::optional<std::string> body_;
  const std::function<void()> on_request_;
  const Descriptor end_{::eventfd(0, EFD_CLOEXEC)};
  const Descriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // guarded by mutex_
  std::jthread thread_;                // ends first
};

}  // namespace stator::lambda
