// Whole HTTP requests, signed with Signature Version 4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stator::bench {

// Of a server on this machine. Not thread-safe.
class Signer {
 public:
  explicit Signer(std::uint16_t port);

  // The request that asks for `operation` with this body. Takes some microseconds.
  [[nodiscard]] std::string request(std::string_view operation, std::string_view body);

 private:
  const std::string host_;  // "127.0.0.1:8000"
  std::string date_;        // of the key, "20120810"
  std::string key_;
};

}  // namespace stator::bench
