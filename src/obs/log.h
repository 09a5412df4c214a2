// Structured logs: one JSON object a line on standard error, through spdlog; warnings and errors unless asked for more.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stator::obs {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError, kOff };

// "debug", "info", "warn", "error" or "off".
[[nodiscard]] std::optional<Level> parse_level(std::string_view name);

using Field = std::pair<std::string_view, std::string>;

// The members of a log line: "level":"warn","event":"...","name":"value",... Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string log_members(Level level, std::string_view event, std::initializer_list<Field> fields);

// Thread-safe. Passed in, never global.
class Log {
 public:
  explicit Log(Level level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // {"time":"2026-01-01T00:00:00.000Z","level":"warn","event":...,...}: the time is the system's, since a log tells
  // what happened to the process.
  void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});
  [[nodiscard]] bool enabled(Level level) const { return level >= level_ && level < Level::kOff; }

 private:
  struct Sink;
  Level level_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace stator::obs
