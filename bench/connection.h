// HTTP over a socket, one request at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stator::bench {

// Prints the message and exits: what a measurement does that cannot go on.
[[noreturn]] void give_up(std::string_view message);

// To 127.0.0.1. All failures give up.
class Connection {
 public:
  explicit Connection(std::uint16_t port);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] int fd() const { return fd_; }

  // Waits until the socket has taken all of it.
  void send(std::string_view request);
  // Takes what has come, or waits for something; true once the answer is complete.
  bool receive();

  // Of a complete answer, until the next send.
  [[nodiscard]] std::string_view answer() const { return received_; }
  [[nodiscard]] bool is_ok() const { return received_.starts_with("HTTP/1.1 200"); }

 private:
  int fd_;
  std::string received_;
};

// The whole answer to one request, which must be 200.
std::string ask(std::uint16_t port, std::string_view request);

}  // namespace stator::bench
