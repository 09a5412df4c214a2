#include "config/setting.h"

#include <algorithm>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/http_url.h"
#include "config/units.h"

namespace stator::config {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kNone = "none";
constexpr milliseconds kLongest = std::chrono::hours{24};

Setting text(std::string_view name, std::string_view placeholder, std::string ServeOptions::* member,
             std::string_view help) {
  return {name, placeholder, help,
          [member](ServeOptions& options, std::string_view value) -> Result<void> {
            if (value.empty()) return fail_validation("must not be empty");
            options.*member = value;
            return {};
          },
          [member](const ServeOptions& options) { return options.*member; }};
}

Setting folder(std::string_view name, std::filesystem::path ServeOptions::* member, std::string_view help) {
  return {name, "FOLDER", help,
          [member](ServeOptions& options, std::string_view value) -> Result<void> {
            if (value.empty()) return fail_validation("must not be empty");
            options.*member = value;
            return {};
          },
          [member](const ServeOptions& options) { return (options.*member).string(); }};
}

Setting choice(std::string_view name, std::string ServeOptions::* member, std::vector<std::string_view> allowed,
               std::string_view help) {
  return {name, "NAME", help,
          [member, allowed](ServeOptions& options, std::string_view value) -> Result<void> {
            if (std::ranges::find(allowed, value) == allowed.end()) {
              return fail_validation(fmt::format("'{}' is not one of {}", value, fmt::join(allowed, ", ")));
            }
            options.*member = value;
            return {};
          },
          [member](const ServeOptions& options) { return options.*member; }};
}

Setting account(std::string_view name, std::string ServeOptions::* member, std::string_view help) {
  return {name, "ID", help,
          [member](ServeOptions& options, std::string_view value) -> Result<void> {
            const bool digits = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
            if (!digits || value.size() != 12) return fail_validation(fmt::format("'{}' is not 12 digits", value));
            options.*member = value;
            return {};
          },
          [member](const ServeOptions& options) { return options.*member; }};
}

template <class Number>
Setting number(std::string_view name, Number ServeOptions::* member, std::uint64_t least, std::uint64_t most,
               std::string_view help) {
  return {name, "N", help,
          [member, least, most](ServeOptions& options, std::string_view value) -> Result<void> {
            const auto parsed = parse_number(value);
            if (!parsed.has_value() || *parsed < least || *parsed > most) {
              return fail_validation(fmt::format("'{}' is not a number from {} to {}", value, least, most));
            }
            options.*member = static_cast<Number>(*parsed);
            return {};
          },
          [member](const ServeOptions& options) { return fmt::to_string(options.*member); }};
}

Setting size(std::string_view name, std::size_t ServeOptions::* member, std::size_t least, std::size_t most,
             std::string_view help) {
  return {name, "SIZE", help,
          [member, least, most](ServeOptions& options, std::string_view value) -> Result<void> {
            const auto parsed = parse_size(value);
            if (!parsed.has_value()) {
              return fail_validation(fmt::format("'{}' is not a size such as 4096, 16KiB or 64MiB", value));
            }
            if (*parsed < least || *parsed > most) {
              return fail_validation(
                  fmt::format("'{}' is not from {} to {}", value, format_size(least), format_size(most)));
            }
            options.*member = *parsed;
            return {};
          },
          [member](const ServeOptions& options) { return format_size(options.*member); }};
}

Setting duration(std::string_view name, milliseconds ServeOptions::* member, milliseconds least,
                 std::string_view help) {
  return {name, "TIME", help,
          [member, least](ServeOptions& options, std::string_view value) -> Result<void> {
            const auto parsed = parse_duration(value);
            if (!parsed.has_value()) {
              return fail_validation(fmt::format("'{}' is not a time such as 500ms, 30s or 5m", value));
            }
            if (*parsed < least || *parsed > kLongest) {
              return fail_validation(
                  fmt::format("'{}' is not from {} to {}", value, format_duration(least), format_duration(kLongest)));
            }
            options.*member = *parsed;
            return {};
          },
          [member](const ServeOptions& options) { return format_duration(options.*member); }};
}

Setting toggle(std::string_view name, bool ServeOptions::* member, std::string_view help) {
  return {name, "", help,
          [member](ServeOptions& options, std::string_view value) -> Result<void> {
            const bool yes = value == "true" || value == "1" || value == "yes" || value == "on";
            const bool no = value == "false" || value == "0" || value == "no" || value == "off";
            if (!yes && !no) return fail_validation(fmt::format("'{}' is neither true nor false", value));
            options.*member = yes;
            return {};
          },
          [member](const ServeOptions& options) { return options.*member ? "true" : "false"; }};
}

// "none" is none.
Setting file(std::string_view name, std::filesystem::path ServeOptions::* member, std::string_view help) {
  return {name, "FILE", help,
          [member](ServeOptions& options, std::string_view value) -> Result<void> {
            if (value.empty()) return fail_validation("must not be empty");
            options.*member = value == kNone ? std::string_view{} : value;
            return {};
          },
          [member](const ServeOptions& options) {
            return (options.*member).empty() ? std::string(kNone) : (options.*member).string();
          }};
}

// A server without a path; "none" is none.
Setting endpoint(std::string_view name, std::string ServeOptions::* member, std::string_view help) {
  return {name, "URL", help,
          [member](ServeOptions& options, std::string_view value) -> Result<void> {
            if (value == kNone) {
              (options.*member).clear();
              return {};
            }
            TRY_ASSIGN(const HttpUrl url, parse_http_url(value));
            if (!url.target.empty() && url.target != "/") {
              return fail_validation(fmt::format("'{}' has a path: only http://host:port is taken", value));
            }
            options.*member = value;
            return {};
          },
          [member](const ServeOptions& options) {
            return (options.*member).empty() ? std::string(kNone) : options.*member;
          }};
}

std::vector<Setting> make_settings() {
  using O = ServeOptions;
  constexpr std::size_t kTiB = 1ULL << 40;
  constexpr milliseconds kQuarter{250};
  return {
      text("host", "ADDRESS", &O::host, "Address to listen on; 0.0.0.0 for every one of this machine"),
      number("port", &O::port, 0, 65535, "TCP port to listen on; 0 for any free one"),
      folder("data", &O::data, "Folder that keeps the data; made if it is not there"),
      toggle("in-memory", &O::in_memory, "Keep everything in memory and nothing when it stops"),
      choice("durability", &O::durability, {"sync", "os", "none"},
             "What an acknowledged write survives. sync: loss of power; os: a crash of the server but not of the "
             "machine; none: only a clean stop"),
      file("credentials", &O::credentials,
           "Access keys that may call, in the form of the AWS CLI's credentials file, read again at SIGHUP; signatures "
           "are verified with them. Without it every signature is accepted"),
      account("account", &O::account, "Account id in ARNs"),
      duration("table-delay", &O::table_delay, milliseconds{0},
               "How long tables stay CREATING, UPDATING and DELETING, as on the real service"),
      duration("index-delay", &O::index_delay, milliseconds{0},
               "How far global secondary indexes lag behind their tables, as on the real service"),
      duration("shard-life", &O::shard_life, milliseconds{1},
               "Until a stream's shard is closed and followed by another"),
      duration("ttl-delay", &O::ttl_delay, milliseconds{0},
               "How long items stay after their time to live is over, as on the real service"),
      toggle("movable-clock", &O::movable_clock,
             "Let clients move the server's clock on by POST /_stator/clock?advance=24h, for tests"),
      endpoint("lambda-endpoint", &O::lambda_endpoint,
               "Server with Lambda's Invoke, for functions of triggers that the config file does not declare"),
      size("item-collection-limit", &O::item_collection_limit, 1, kTiB,
           "What the items of one partition key may be, in a table with a local secondary index"),
      size("cache", &O::cache_bytes, 0, kTiB,
           "Memory for blocks of files and for items that were read, taken as it is needed"),
      size("memtable", &O::memtable_bytes, 1 << 20, kTiB,
           "Memory for writes not yet in a sorted file, and as much again for what streams log"),
      size("reserve", &O::reserve_bytes, 0, kTiB, "Writes are refused while the disk has less room than this"),
      number("loops", &O::loops, 0, 1024, "Event loops, a thread each; 0 for one a core"),
      number("io-threads", &O::io_threads, 1, 1024, "Threads for requests that wait for the disk, started on demand"),
      size("max-head", &O::max_head_bytes, 1024, 1 << 20, "Longest request line and headers"),
      size("max-body", &O::max_body_bytes, 1024, 1 << 30, "Largest request body, as sent and unpacked"),
      size("max-buffered", &O::max_buffered_bytes, 1 << 20, kTiB,
           "Memory for the bodies of all requests at a time, small ones aside; beyond it requests are answered 503"),
      number("max-connections", &O::max_connections, 1, 1'000'000, "Connections open at a time"),
      duration("head-timeout", &O::head_timeout, kQuarter, "For a client to send a request's head"),
      duration("body-timeout", &O::body_timeout, kQuarter, "For a client to send a request's body"),
      duration("idle-timeout", &O::idle_timeout, kQuarter, "Until a connection without requests is closed"),
      duration("write-timeout", &O::write_timeout, kQuarter, "For a client to take an answer"),
      duration("drain-timeout", &O::drain_timeout, milliseconds{0}, "For running requests to finish at SIGTERM"),
      choice("log-level", &O::log_level, {"debug", "info", "warn", "error", "off"}, "Least severe log lines to write"),
      toggle("quiet", &O::quiet, "Print nothing at start"),
  };
}

}  // namespace

std::span<const Setting> serve_settings() {
  static const std::vector<Setting> settings = make_settings();
  return settings;
}

std::string environment_name(std::string_view setting) {
  std::string name = "STATOR_";
  for (const char c : setting) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return name;
}

}  // namespace stator::config
