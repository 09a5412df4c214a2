#include "bench/connection.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

namespace stator::bench {
namespace {

std::string reason(int error) { return std::error_code(error, std::generic_category()).message(); }

bool wait_for(int fd, short events, std::chrono::milliseconds patience) {
  pollfd poll_fd{.fd = fd, .events = events, .revents = 0};
  return ::poll(&poll_fd, 1, static_cast<int>(patience.count())) > 0;
}

// 0, or the error of a connection that is being made.
int await_connection(int fd, std::chrono::milliseconds patience) {
  if (!wait_for(fd, POLLOUT, patience)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Result<Address> resolve(const HttpUrl& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(endpoint.host.c_str(), fmt::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    return fail(ErrorCode::kUnavailable, fmt::format("cannot find {}: {}", endpoint.host, ::gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  Address address{.size = found->ai_addrlen, .text = fmt::format("{}:{}", endpoint.host, endpoint.port)};
  std::memcpy(&address.socket, found->ai_addr, found->ai_addrlen);
  return address;
}

Result<void> Connection::open(const Address& address, std::chrono::milliseconds patience) {
  close();
  fd_ = ::socket(address.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int error = fd_ < 0 ? errno : 0;
  if (error == 0 && ::connect(fd_, reinterpret_cast<const sockaddr*>(&address.socket), address.size) != 0) {
    error = errno == EINPROGRESS ? await_connection(fd_, patience) : errno;
  }
  if (error != 0) {
    close();
    return fail(ErrorCode::kUnavailable, fmt::format("cannot connect to {}: {}", address.text, reason(error)));
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {};
}

void Connection::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  unsent_.clear();
}

Io Connection::send(std::string_view request) {
  answer_.clear();
  const Io io = send_some(request);
  if (io == Io::kBlocked) unsent_ = request;
  return io;
}

Io Connection::flush() {
  std::string_view rest = unsent_;
  const Io io = send_some(rest);
  unsent_.erase(0, unsent_.size() - rest.size());
  return io;
}

Io Connection::send_some(std::string_view& bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN ? Io::kBlocked : Io::kBroken;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return Io::kDone;
}

Io Connection::receive() {
  std::array<char, 65536> buffer;
  ssize_t n = 0;
  do {
    n = ::recv(fd_, buffer.data(), buffer.size(), 0);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return errno == EAGAIN ? Io::kBlocked : Io::kBroken;
  const AnswerState state = n == 0 ? answer_.end() : answer_.append({buffer.data(), static_cast<std::size_t>(n)});
  switch (state) {
    case AnswerState::kIncomplete:
      return Io::kBlocked;
    case AnswerState::kComplete:
      return Io::kDone;
    case AnswerState::kBroken:
      return Io::kBroken;
  }
  return Io::kBroken;
}

Result<Caller::Reply> Caller::ask(std::string_view operation, std::string_view body) {
  Connection connection;
  TRY(connection.open(address_, patience_));
  const std::string request = signer_.request(operation, body);
  Io sent = connection.send(request);
  while (sent == Io::kBlocked && wait_for(connection.fd(), POLLOUT, patience_)) sent = connection.flush();
  Io received = sent == Io::kDone ? Io::kBlocked : Io::kBroken;
  while (received == Io::kBlocked) {
    if (!wait_for(connection.fd(), POLLIN, patience_)) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{} does not answer {} for {} ms", address_.text, operation, patience_.count()));
    }
    received = connection.receive();
  }
  if (received == Io::kBroken) {
    return fail(ErrorCode::kUnavailable, fmt::format("{} gives no answer to {} in HTTP", address_.text, operation));
  }
  return Reply{connection.answer().status(), std::string(connection.answer().body())};
}

Result<std::string> Caller::demand(std::string_view operation, std::string_view body) {
  TRY_ASSIGN(Reply reply, ask(operation, body));
  if (reply.is_ok()) return std::move(reply.body);
  return fail(ErrorCode::kInternal,
              fmt::format("{}: HTTP {}: {}", operation, reply.status, reply.body.substr(0, 1000)));
}

}  // namespace stator::bench
