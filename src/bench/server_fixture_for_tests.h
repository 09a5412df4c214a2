// A server that answers each request as a test wants it.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/http_url.h"

namespace stator::bench {

// One thread a connection. `reply` makes an answer's bytes of a request, on any thread; none closes the connection.
class TestServer {
 public:
  using Reply = std::function<std::string(std::string_view request)>;

  explicit TestServer(Reply reply) : reply_(std::move(reply)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 128);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  // The connections' other ends must be closed by then.
  ~TestServer() {
    stop_listening();
    for (std::thread& thread : threads_) thread.join();
  }

  // No further connection is taken.
  void stop_listening() {
    ::shutdown(listener_, SHUT_RDWR);
    if (acceptor_.joinable()) acceptor_.join();
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }

  [[nodiscard]] HttpUrl endpoint() const { return {.host = "127.0.0.1", .port = port_, .target = {}}; }

  static std::string answer(int status, std::string_view body) {
    return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
  }

 private:
  void accept() {
    while (true) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  }

  void serve(int fd) const {
    std::string bytes;
    char buffer[4096];
    while (true) {
      const std::size_t head = bytes.find("\r\n\r\n");
      const std::size_t length_at = bytes.find("Content-Length: ");
      const std::size_t size =
          head == std::string::npos ? std::string::npos : head + 4 + std::stoul(bytes.substr(length_at + 16));
      if (size != std::string::npos && bytes.size() >= size) {
        const std::string reply = reply_(std::string_view(bytes).substr(0, size));
        if (reply.empty()) break;
        bytes.erase(0, size);
        ::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
        continue;
      }
      const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) break;
      bytes.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
  }

  Reply reply_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;  // of the acceptor's, then the destructor's
};

}  // namespace stator::bench
