// Writing JSON objects of answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "base/clock.h"

namespace stator::api {

// The members of one object, with the commas between them.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }

  // Append the member's value to what this returns.
  std::string& member(std::string_view name) {
    if (out_.back() != '{') out_.push_back(',');
    out_.append("\"").append(name).append("\":");
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(member(name), value); }
  void number(std::string_view name, std::int64_t value) {
    fmt::format_to(std::back_inserter(member(name)), "{}", value);
  }
  void number(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) number(name, *value);
  }
  void flag(std::string_view name, bool value) { member(name).append(value ? "true" : "false"); }
  // Seconds since the epoch, with milliseconds.
  void time(std::string_view name, WallTime value) {
    const std::int64_t ms = std::chrono::floor<std::chrono::milliseconds>(value).time_since_epoch().count();
    fmt::format_to(std::back_inserter(member(name)), "{}.{:03}", ms / 1000, ms % 1000);
  }
  void time(std::string_view name, const std::optional<WallTime>& value) {
    if (value) time(name, *value);
  }
  void finish() { out_.push_back('}'); }

 private:
  std::string& out_;
};

}  // namespace stator::api
