#include "connection.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stator::bench {
namespace {

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up(fmt::format("cannot connect to 127.0.0.1:{}", port));
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// The whole size of the answer at the front of `bytes`, once its head is there.
std::optional<std::size_t> answer_size(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = bytes.substr(0, end).find(kLength);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    const char* from = bytes.data() + at + kLength.size();
    std::from_chars(from, bytes.data() + end, length);
  }
  return end + 4 + length;
}

}  // namespace

void give_up(std::string_view message) {
  fmt::print(stderr, "{}\n", message);
  std::exit(1);
}

Connection::Connection(std::uint16_t port) : fd_(connect_to(port)) {}

Connection::~Connection() { close(fd_); }

void Connection::send(std::string_view request) {
  received_.clear();
  while (!request.empty()) {
    const ssize_t n = ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
    if (n <= 0) give_up("the server closed a connection");
    request.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool Connection::receive() {
  std::array<char, 65536> buffer;
  const ssize_t n = recv(fd_, buffer.data(), buffer.size(), 0);
  if (n <= 0) give_up("the server closed a connection");
  received_.append(buffer.data(), static_cast<std::size_t>(n));
  const auto size = answer_size(received_);
  return size && received_.size() >= *size;
}

std::string ask(std::uint16_t port, std::string_view request) {
  Connection connection(port);
  connection.send(request);
  while (!connection.receive()) {
  }
  if (!connection.is_ok()) give_up(connection.answer());
  return std::string(connection.answer());
}

}  // namespace stator::bench
