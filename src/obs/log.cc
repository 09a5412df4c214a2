#include "obs/log.h"

#include <array>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/utf8.h"

namespace stator::obs {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames{"debug", "info", "warn", "error", "off"};

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

}  // namespace

struct Log::Sink {
  spdlog::logger logger{"", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

std::optional<Level> parse_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] == name) return static_cast<Level>(i);
  }
  return std::nullopt;
}

std::string log_members(Level level, std::string_view event, std::initializer_list<Field> fields) {
  std::string out = fmt::format("\"level\":\"{}\",\"event\":", kLevelNames[static_cast<std::size_t>(level)]);
  append_json_string(out, event);
  for (const auto& [name, value] : fields) {
    out += ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
  }
  return out;
}

Log::Log(Level level) : level_(level), sink_(std::make_unique<Sink>()) {
  sink_->logger.set_level(spdlog::level::trace);
  sink_->logger.set_formatter(std::make_unique<spdlog::pattern_formatter>("{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v}",
                                                                          spdlog::pattern_time_type::utc));
}

Log::~Log() = default;

void Log::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (enabled(level)) sink_->logger.info(log_members(level, event, fields));
}

}  // namespace stator::obs
