// Addresses of a host, looked up so that a slow name server can be left behind.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "base/call_wait.h"

namespace stator::http {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

struct ResolveFailure {
  CallWait::Outcome outcome = CallWait::Outcome::kReady;  // kReady: the system has no answer
  std::string message;                                    // the system's
};

// In the order in which to try them; never empty.
[[nodiscard]] std::expected<std::vector<SocketAddress>, ResolveFailure> resolve(const std::string& host,
                                                                                std::uint16_t port, CallWait& wait);

}  // namespace stator::http
