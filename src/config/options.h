// The options of `stator serve`: flags, environment (STATOR_PORT) and a config file give the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace stator::config {

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  unsigned loops = 0;
  unsigned io_threads = 4;
  std::filesystem::path data = "stator-data";
  bool in_memory = false;
  std::string durability = "sync";
  std::size_t cache_mib = 256;
  std::size_t reserve_mib = 64;
  std::string account = "000000000000";
  std::chrono::milliseconds table_delay{0};
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_body_bytes = 16UL << 20;
  std::size_t max_connections = 10'000;
  std::chrono::seconds head_timeout{30};
  std::chrono::seconds body_timeout{60};
  std::chrono::seconds idle_timeout{300};
  std::chrono::seconds write_timeout{60};
  std::chrono::seconds drain_timeout{30};
  std::string log_level = "warn";
};

}  // namespace stator::config
