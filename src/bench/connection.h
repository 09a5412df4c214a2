// HTTP over a socket, one request at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/http_url.h"
#include "base/result.h"
#include "bench/answer.h"
#include "bench/signing.h"

namespace stator::bench {

struct Address {
  sockaddr_storage socket{};
  socklen_t size = 0;
  std::string text;  // "127.0.0.1:8000"
};

// kUnavailable if the name cannot be found.
[[nodiscard]] Result<Address> resolve(const HttpUrl& endpoint);

enum class Io : std::uint8_t {
  kDone,
  kBlocked,  // goes on when the socket is ready
  kBroken,   // the connection is of no use any more
};

// Not thread-safe.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  // Waits for it. kUnavailable, with the reason.
  [[nodiscard]] Result<void> open(const Address& address, std::chrono::milliseconds patience);
  void close();
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] int fd() const { return fd_; }

  Io send(std::string_view request);
  // Goes on with what has not been sent.
  Io flush();
  // Takes what has come; kDone once the answer is complete.
  Io receive();
  // Of a complete answer, until the next send.
  [[nodiscard]] const Answer& answer() const { return answer_; }

 private:
  // Takes from the front of `bytes` what is sent.
  Io send_some(std::string_view& bytes) const;

  int fd_ = -1;
  std::string unsent_;  // what the socket has not taken
  Answer answer_;
};

// Asks one thing at a time, on a connection of its own each, and waits.
class Caller {
 public:
  // All must outlive it.
  Caller(const Address& address, Signer& signer, std::chrono::milliseconds patience)
      : address_(address), signer_(signer), patience_(patience) {}

  struct Reply {
    int status = 0;
    std::string body;
    [[nodiscard]] bool is_ok() const { return status == 200; }
  };
  // kUnavailable if there is no answer.
  [[nodiscard]] Result<Reply> ask(std::string_view operation, std::string_view body);
  // The body of a good answer; kInternal, with what was answered, for any other.
  [[nodiscard]] Result<std::string> demand(std::string_view operation, std::string_view body);

 private:
  const Address& address_;
  Signer& signer_;
  std::chrono::milliseconds patience_;
};

}  // namespace stator::bench
