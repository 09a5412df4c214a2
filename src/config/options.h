// The options of each verb, in the units that the parts they configure take. setting.cc gives every one of
// `stator serve` its flag, environment variable (STATOR_PORT) and config file key.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace stator::config {

// What triggers call, declared in the config file: [functions.NAME], and [destinations.NAME] for the queue, topic or
// bucket of that name. Of url, command and file (destinations only) one is set.
struct TargetOptions {
  std::string name;
  std::string url;                   // http://host:port/path: gets a POST
  std::vector<std::string> command;  // program and arguments: gets the JSON as standard input, answers on its output
  std::filesystem::path file;        // gets a line of JSON appended
  std::chrono::milliseconds timeout{60'000};
  unsigned concurrency = 0;  // calls at a time; 0: one to a runtime interface emulator, which can do no more, else ten
};

// [triggers.NAME]: calls a function with the records of the stream of a table. What Lambda calls an event source
// mapping, with the same settings and defaults, but that it begins with the oldest record.
struct TriggerOptions {
  std::string name;
  std::string table;
  std::string function;
  std::string region = "us-east-1";
  std::string starting_position = "TRIM_HORIZON";  // or "LATEST"
  std::int32_t batch_size = 100;
  std::chrono::seconds batching_window{0};
  std::int32_t parallelization_factor = 1;
  std::int32_t retry_attempts = -1;
  std::int32_t record_age_seconds = -1;
  bool bisect_batch_on_function_error = false;
  bool report_batch_item_failures = false;
  std::vector<std::string> filters;
  std::string on_failure;
};

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  // 0: any free one
  unsigned loops = 0;         // 0: one a core
  unsigned io_threads = 16;
  std::filesystem::path data = "stator-data";
  bool in_memory = false;
  std::string durability = "sync";  // or "os", "none"
  std::size_t cache_bytes = 256UL << 20;
  std::size_t memtable_bytes = 64UL << 20;
  std::size_t reserve_bytes = 64UL << 20;
  std::string account = "000000000000";
  std::filesystem::path credentials;  // the file of the access keys that may call; empty: any may
  std::chrono::milliseconds table_delay{0};
  std::chrono::milliseconds index_delay{0};
  std::chrono::milliseconds ttl_delay{0};
  bool movable_clock = false;
  std::chrono::milliseconds shard_life{std::chrono::hours(4)};
  std::size_t item_collection_limit = 10UL << 30;
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_body_bytes = 16UL << 20;
  std::size_t max_connections = 10'000;
  std::size_t max_buffered_bytes = 1UL << 30;
  std::chrono::milliseconds head_timeout{30'000};
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{300'000};
  std::chrono::milliseconds write_timeout{60'000};
  std::chrono::milliseconds drain_timeout{30'000};
  std::string lambda_endpoint;  // http://host:port that functions are called at which are not declared; empty: none
  std::vector<TargetOptions> functions;
  std::vector<TargetOptions> destinations;
  std::vector<TriggerOptions> triggers;
  std::string log_level = "warn";  // "debug", "info", "warn", "error", "off"
  bool quiet = false;              // nothing on standard output
};

// `stator check`: whether all that a data folder keeps twice agrees.
struct CheckOptions {
  std::filesystem::path data = "stator-data";
};

// `stator bench-echo`: the HTTP layer alone, to measure against.
struct EchoOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8001;
  unsigned loops = 0;
  std::size_t body_bytes = 1024;
};

}  // namespace stator::config
