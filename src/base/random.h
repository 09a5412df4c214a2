// Chance is injected: nothing outside base/ draws random bytes.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace stator {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
};

// Seeded from the operating system, one generator a thread.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

// Repeatable. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// A version 4 UUID, lower case with hyphens: a table's id.
[[nodiscard]] std::string make_uuid(Random& random);

// 52 characters of A-Z and 0-9, as DynamoDB's x-amzn-RequestId has them.
[[nodiscard]] std::string make_request_id(Random& random);

}  // namespace stator
