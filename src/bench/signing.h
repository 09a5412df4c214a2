// Whole HTTP requests, signed with Signature Version 4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "config/bench_options.h"

namespace stator::bench {

// For one server. Not thread-safe.
class Signer {
 public:
  // `clock` must outlive it.
  Signer(const config::BenchOptions& options, const Clock& clock);

  // The request that asks for `operation` with this body. Takes some microseconds. It ends with the body.
  [[nodiscard]] std::string request(std::string_view operation, std::string_view body);
  [[nodiscard]] WallTime now() const { return clock_.now(); }

 private:
  const Clock& clock_;
  const std::string host_;  // "127.0.0.1:8000"
  const std::string region_;
  const std::string access_key_;
  const std::string secret_key_;
  std::string date_;  // of the key, "20120810"
  std::string key_;
};

}  // namespace stator::bench
