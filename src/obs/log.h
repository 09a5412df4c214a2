// Structured logs: one JSON object a line on standard error, through spdlog; warnings and errors unless asked for more.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace stator::obs {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError, kOff };

using Field = std::pair<std::string_view, std::string>;

// Thread-safe. Passed in, never global.
class Log {
 public:
  explicit Log(Level level);
  ~Log();
  void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});
  [[nodiscard]] bool enabled(Level level) const { return level >= level_; }

 private:
  Level level_;
};

}  // namespace stator::obs
