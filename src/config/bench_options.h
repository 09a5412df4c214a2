// The options of `stator bench`.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/http_url.h"

namespace stator::config {

enum class BenchOutput : std::uint8_t { kTable, kJson };

inline constexpr std::array<std::string_view, 12> kBenchOperations{
    "GetItem",      "PutItem",          "UpdateItem",         "Query",
    "BatchGetItem", "BatchWriteItem",   "TransactGetItems",   "TransactWriteItems",
    "CountByAdd",   "CountByCondition", "CountByTransaction", "AddIndex",
};
inline constexpr std::array<std::string_view, 6> kBenchWorkloads{"a", "b", "c", "d", "e", "f"};
inline constexpr std::array<std::string_view, 3> kBenchDistributions{"uniform", "zipfian", "latest"};
inline constexpr std::array<std::string_view, 2> kBenchProjections{"ALL", "KEYS_ONLY"};

struct BenchOptions {
  HttpUrl endpoint{.host = "127.0.0.1", .port = 8000, .target = {}};  // without a path
  std::string operation = "GetItem";
  std::string workload;      // of kBenchWorkloads; empty: `operation`
  std::string distribution;  // of kBenchDistributions; empty: the workload's own
  unsigned connections = 64;
  std::chrono::milliseconds duration{10'000};
  std::chrono::milliseconds warm_up{0};
  std::chrono::milliseconds timeout{10'000};
  std::uint64_t rate = 0;  // requests a second, whatever the answers do; 0: a connection asks when it has its answer
  bool once = false;       // each request once, however long that takes
  std::string table = "bench";
  std::size_t items = 10'000;
  std::size_t item_bytes = 1000;
  unsigned indexes = 0;
  std::string projection = "ALL";  // of kBenchProjections
  bool tokens = false;
  bool create_table = false;
  bool keep = false;  // the table that was created
  std::string region = "us-east-1";
  std::string access_key = "AKIDBENCH";
  std::string secret_key = "secret";
  std::uint64_t seed = 1;
  BenchOutput output = BenchOutput::kTable;
  bool progress = false;  // a line each second, though standard error be no terminal
};

}  // namespace stator::config
